import { spawn } from 'node:child_process';
import type { Io } from '../io.ts';
import { HelperError } from '../errors.ts';

/**
 * The files of the working copy that git does not track, those that it ignores included, one by one as git names them:
 * relative to the project.
 * @throws HelperError when git cannot be run, or fails
 */
export async function* untrackedFiles({ cwd, env, stderr }: Io): AsyncGenerator<string> {
  const git = spawn('git', ['ls-files', '-o', '-z'], { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  git.stderr.on('data', (chunk: Buffer) => stderr.write(chunk));
  const ended = new Promise<number | string>((resolve) => {
    git.on('error', (error) => resolve(error.message));
    git.on('close', (status, signal) => resolve(status ?? signal ?? 'unknown'));
  });
  let partial: Buffer = Buffer.alloc(0);
  for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
    const data = partial.length === 0 ? chunk : Buffer.concat([partial, chunk]);
    let start = 0;
    for (let end = data.indexOf(0); end !== -1; end = data.indexOf(0, start)) {
      yield data.toString('utf8', start, end);
      start = end + 1;
    }
    partial = data.subarray(start);
  }
  const status = await ended;
  if (status !== 0)
    throw new HelperError(`git ls-files: ${typeof status === 'number' ? `exit status ${status}` : status}`);
}
