import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { Writable } from 'node:stream';

/** All that the program has of the world around it. Tests give their own. */
export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the current directory: the project, for all that stage scripts do. */
  readonly cwd: string;
}

/** The world of this process. */
export function processIo(): Io {
  return { stdout: process.stdout, stderr: process.stderr, env: process.env, cwd: currentDirectory() };
}

/** The directory by the name under which the script went there: absolute paths of the job may have a symlink in them. */
function currentDirectory(): string {
  const real = process.cwd();
  const { PWD: named } = process.env;
  if (named === undefined || !isAbsolute(named)) return real;
  const [here, there] = [statSync(real), statSync(named, { throwIfNoEntry: false })];
  return there?.dev === here.dev && there.ino === here.ino ? resolve(named) : real;
}
