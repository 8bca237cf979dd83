import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** GitLab Runner's file for it, beside `config.toml`. */
const fileName = '.runner_system_id';

/**
 * What tells machines apart that share a runner's token (GitLab 16 and later): kept in a file. Where none can be written, as
 * beside a mounted Secret, it is made of the host's name: a container that starts again keeps it, and so does a Pod of a
 * StatefulSet. Form: `s_` or `r_` and 12 letters or digits.
 */
export async function systemId(directory: string, hostName: string): Promise<string> {
  const path = join(directory, fileName);
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (/^[sr]_[0-9a-zA-Z]{12}$/.test(kept.trim())) return kept.trim();
  const made = `r_${randomBytes(6).toString('hex')}`;
  return writeFile(path, made, { mode: 0o600 }).then(
    () => made,
    () => `r_${createHash('sha256').update(`podwright ${hostName}`).digest('hex').slice(0, 12)}`,
  );
}
