import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Variable } from '@podwright/core';
import { HostPod, type HostPodOptions } from './host-pod.ts';
import { shells } from './shells.ts';

const shell = shells.find(({ missing }) => missing === undefined)!;

/** Repositories on this machine: `main` with three commits and a submodule `module`, which has one `inner`. */
export class GitRepositories {
  readonly base = mkdtempSync(join(tmpdir(), 'podwright-git-'));
  readonly home = join(this.base, 'home');
  /** The last commit of `main`. */
  readonly sha: string;

  constructor() {
    mkdirSync(this.home);
    const user = '[user]\n\tname = test\n\temail = test@example.com\n[protocol "file"]\n\tallow = always\n';
    writeFileSync(join(this.home, '.gitconfig'), user);
    this.#make('inner', 1);
    const module = this.#make('module', 2);
    this.addSubmodule(module, 'inner');
    const main = this.#make('main', 3);
    this.sha = this.addSubmodule(main, 'module');
  }

  git(folder: string, ...args: string[]): string {
    // oxlint-disable-next-line node/no-process-env -- PATH
    const env = { ...process.env, HOME: this.home, GIT_CONFIG_NOSYSTEM: '1' };
    return execFileSync('git', ['-C', folder, ...args], { env, encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  /** Adds a submodule of the same name as the repository. @returns the commit */
  addSubmodule(folder: string, name: string, path = name): string {
    this.git(folder, 'submodule', '--quiet', 'add', `file://${this.base}/${name}`, path);
    this.git(folder, 'commit', '--quiet', '-m', path);
    return this.git(folder, 'rev-parse', 'HEAD');
  }

  /** A job that gets `main`; `info` are members of its `git_info`. */
  job(
    variables: Record<string, string>,
    info: Record<string, unknown> = {},
    more: Partial<HostPodOptions> = {},
  ): HostPod {
    const list: Variable[] = Object.entries(variables).map(([key, value]) => ({ key, value }));
    return new HostPod({
      shell,
      variables: list,
      env: { HOME: this.home, GIT_CONFIG_NOSYSTEM: '1' },
      ...more,
      payload: {
        steps: [{ name: 'script', script: ['ls', 'cat file || true'] }],
        git_info: {
          repo_url: `file://${this.base}/main`,
          sha: this.sha,
          ref: 'main',
          refspecs: ['+refs/heads/main:refs/remotes/origin/main'],
          ...info,
        },
        ...more.payload,
      },
    });
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }

  #make(name: string, commits: number): string {
    const folder = join(this.base, name);
    mkdirSync(folder);
    this.git(folder, 'init', '--quiet', '--initial-branch=main');
    for (let n = 1; n <= commits; n += 1) {
      writeFileSync(join(folder, 'file'), `${name} ${n}\n`);
      this.git(folder, 'add', '.');
      this.git(folder, 'commit', '--quiet', '-m', `commit ${n}`);
    }
    return folder;
  }
}
