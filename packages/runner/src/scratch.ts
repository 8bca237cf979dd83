import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a directory for one command, which removes it. */
export async function makeScratch(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  return realpath(await mkdtemp(join(env['TMPDIR'] || tmpdir(), 'podwright-')));
}
