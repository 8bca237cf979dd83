import { JobRejectedError } from '../errors.ts';
import type { SecretDraft } from './draft.ts';

/** Bytes of content per Secret: the API's limit is 1 MiB for a Secret, and a request with it must fit etcd's as well. */
const secretBytes = 900 * 1024;

/**
 * Spreads the job's files over as few Secrets as their order allows, none over the API's limit; a projected volume joins
 * them again.
 * @throws JobRejectedError when a single file does not fit
 */
export function packFiles(files: ReadonlyMap<string, string>): SecretDraft[] {
  const packs: Record<string, string>[] = [{}];
  let room = secretBytes;
  for (const [name, content] of files) {
    const size = Buffer.byteLength(content);
    if (size > secretBytes) {
      throw new JobRejectedError(`${name} of this job has ${size} bytes; a Secret holds at most ${secretBytes}`, {
        hint: 'fetch large data in the script, or put it into the repository or an artifact',
      });
    }
    if (size > room) {
      packs.push({});
      room = secretBytes;
    }
    (packs.at(-1) as Record<string, string>)[name] = content;
    room -= size;
  }
  return packs.map((data, i) => ({ suffix: i === 0 ? 'job' : `job-${i}`, data }));
}
