import { execFile } from 'node:child_process';
import { ConfigError } from '@podwright/core';

/** Environment variables by name, as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>;

export interface GitRunOptions {
  /** On top of the cleaned environment. */
  readonly env?: Env;
}

/** A git command that failed. */
class GitError extends Error {
  override readonly name = 'GitError';
  constructor(
    readonly args: readonly string[],
    readonly exitCode: number,
    stderr: string,
  ) {
    super(`git ${args[0] ?? ''}: ${stderr.trim() || `exit code ${exitCode}`}`);
  }
}

/** Bounds what a command may print: a list of changed files can be long. */
const maxOutput = 256 * 1024 * 1024;

/**
 * `safe.directory`: whoever runs a job of a directory trusts it. The others keep programs that the repository's
 * configuration may name from being started by the commands here.
 */
const settings = ['safe.directory=*', 'core.fsmonitor=false', 'core.hooksPath=/dev/null', 'gc.auto=0'];

/** Runs git in one directory without writing to the repository there, whatever hook or shell it was started from. */
export class Git {
  constructor(
    readonly directory: string,
    readonly env: Env,
  ) {}

  /** @returns what the command printed. @throws GitError when it fails, ConfigError when there is no git */
  run(args: readonly string[], options: GitRunOptions = {}): Promise<string> {
    const all = [...settings.flatMap((setting) => ['-c', setting]), ...args];
    const env = { ...cleaned(this.env), ...options.env };
    return new Promise((resolve, reject) => {
      execFile('git', all, { cwd: this.directory, env, maxBuffer: maxOutput }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.code === 'ENOENT') reject(noGit(error));
        else reject(new GitError(args, typeof error.code === 'number' ? error.code : -1, stderr || error.message));
      });
    });
  }

  /** The command's output without the line's end; undefined when it fails. */
  async ask(args: readonly string[]): Promise<string | undefined> {
    try {
      return (await this.run(args)).replace(/\n$/, '');
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }
}

/** Without what points git to another repository, as inside of hooks; without locks, prompts and translations. */
function cleaned(env: Env): Env {
  const kept = Object.entries(env).filter(([key]) => !/^GIT_(?!CONFIG|SSL|EXEC_PATH|TRACE)/.test(key));
  return { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}

function noGit(cause: Error): ConfigError {
  const problem = { path: '', message: 'the program git is not installed, or not on PATH', kind: 'invalid' as const };
  return new ConfigError('sources', [problem], { cause });
}
