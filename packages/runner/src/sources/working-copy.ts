import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { ConfigError } from '@podwright/core';
import { Git, type Env } from './git.ts';

/** The directory whose job is to run, and the git repository around it. */
export interface WorkingCopy {
  /** Absolute path of the project's root: what the job will see as `CI_PROJECT_DIR`. */
  readonly projectDir: string;
  /** The repository; absent where there is none. */
  readonly repository?: Repository;
}

export interface Repository {
  /** Runs in the repository's top directory. */
  readonly git: Git;
  readonly topLevel: string;
  /** Path of the project inside the repository, with `/`; empty when it is the whole of it. */
  readonly prefix: string;
  /** Commit that HEAD points to; absent before the first one. */
  readonly head?: string;
}

/**
 * Finds the project: the nearest directory, from `dir` up to the top of its git repository, that has the CI file.
 * So a directory of a repository that has a CI file of its own is a project of its own.
 * @throws ConfigError when the directory does not exist
 */
export async function findWorkingCopy(dir: string, ciFile: string, env: Env): Promise<WorkingCopy> {
  const start = await existing(dir);
  const topLevel = await new Git(start, env).ask(['rev-parse', '--show-toplevel']);
  if (topLevel === undefined || topLevel === '') return { projectDir: start };
  const projectDir = (await nearestWith(ciFile, start, topLevel)) ?? topLevel;
  const git = new Git(topLevel, env);
  const head = await git.ask(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  const prefix = relative(topLevel, projectDir).replaceAll('\\', '/');
  return { projectDir, repository: { git, topLevel, prefix, ...(head !== undefined && { head }) } };
}

/** How many files differ from HEAD inside the project: changed, deleted and new ones that are not ignored. */
export async function countUncommitted({ git, prefix }: Repository): Promise<number> {
  const paths = prefix === '' ? [] : ['--', prefix];
  const status = await git.run([
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=normal',
    '--no-renames',
    ...paths,
  ]);
  return status.split('\0').filter((entry) => entry !== '').length;
}

async function existing(dir: string): Promise<string> {
  try {
    const path = await realpath(resolve(dir));
    if ((await stat(path)).isDirectory()) return path;
  } catch (error) {
    throw notADirectory(dir, error);
  }
  throw notADirectory(dir);
}

function notADirectory(dir: string, cause?: unknown): ConfigError {
  return new ConfigError('sources', [{ path: dir, message: 'is not a directory', kind: 'invalid' }], { cause });
}

async function nearestWith(file: string, start: string, top: string): Promise<string | undefined> {
  for (let dir = start; ; dir = dirname(dir)) {
    const found = await stat(resolve(join(dir), file)).catch(() => undefined);
    if (found?.isFile() === true) return dir;
    if (dir === top || dir === dirname(dir)) return undefined;
  }
}
