import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a folder for PATH that has just these programs, as a small image would. */
export function onlyPrograms(root: string, names: readonly string[]): string {
  const folder = join(root, 'bin');
  mkdirSync(folder);
  for (const name of names) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    symlinkSync(found.stdout.trim(), join(folder, name));
  }
  return folder;
}
