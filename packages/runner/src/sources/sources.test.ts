import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localSources } from './local-sources.ts';
import { remoteSources } from './remote-sources.ts';
import { unfetchedSources } from './unfetched-sources.ts';
import { findWorkingCopy } from './working-copy.ts';

let root: string;
let env: Record<string, string | undefined>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'podwright sources-'));
  env = {
    PATH: process.env['PATH'],
    HOME: join(root, 'home'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Jo',
    GIT_AUTHOR_EMAIL: 'jo@example.com',
    GIT_COMMITTER_NAME: 'Jo',
    GIT_COMMITTER_EMAIL: 'jo@example.com',
  };
  mkdirSync(join(root, 'home'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function git(dir: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], {
    cwd: dir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
    .toString()
    .trim();
}

function write(dir: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

/** A repository with one commit. */
function repository(files: Record<string, string>, name = 'my project'): string {
  const dir = join(root, name);
  mkdirSync(dir, { recursive: true });
  git(dir, 'init', '--quiet', '--initial-branch=main');
  write(dir, files);
  git(dir, 'add', '--all');
  git(dir, 'commit', '--quiet', '--message=First things\n\nBody.');
  return dir;
}

async function local(dir: string, dirty = false) {
  const copy = await findWorkingCopy(dir, '.gitlab-ci.yml', env);
  const scratch = mkdtempSync(join(root, 'scratch-'));
  return localSources(copy, { root: scratch, dirty, env, now: new Date('2026-01-02T03:04:05Z') });
}

/** What a job finds: clones as its script does. */
function checkOut(
  { facts }: Awaited<ReturnType<typeof local>>,
  ...options: string[]
): { dir: string; files: string[] } {
  const dir = mkdtempSync(join(root, 'clone-'));
  git(dir, 'init', '--quiet');
  git(dir, 'fetch', '--quiet', ...options, facts.repoUrl, ...facts.refspecs);
  git(dir, 'checkout', '--quiet', '--force', facts.commit.sha);
  return { dir, files: git(dir, 'ls-files').split('\n').toSorted() };
}

/** Every file below a directory with its content. (Git may touch the time of an object that it would have written.) */
function snapshot(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [path, readFileSync(path).toString('latin1')];
    }),
  );
}

describe('sources from the working copy', () => {
  it('are the last commit, and say what is left out', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x', 'a.txt': 'committed' });
    write(dir, { 'a.txt': 'changed', 'new.txt': 'new' });
    const sources = await local(dir);
    expect(sources.facts).toMatchObject({
      projectPath: 'local/my project',
      serverUrl: 'http://localhost',
      defaultBranch: 'main',
      ref: { name: 'main', type: 'branch' },
      refspecs: ['+refs/heads/main:refs/remotes/origin/main'],
      commit: { sha: git(dir, 'rev-parse', 'HEAD'), author: 'Jo <jo@example.com>', message: 'First things\n\nBody.\n' },
    });
    expect(sources.notes).toEqual(['2 uncommitted files are not part of the job; add them with --dirty']);
    const { dir: clone, files } = checkOut(sources);
    expect(files).toEqual(['.gitlab-ci.yml', 'a.txt']);
    expect(readFileSync(join(clone, 'a.txt'), 'utf8')).toBe('committed');
  });

  it('are what is on disk with --dirty, without the ignored', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x', 'a.txt': '1', 'gone.txt': '1', '.gitignore': '*.log\n' });
    write(dir, { 'a.txt': '2', 'sub/new.txt': 'new', 'noise.log': 'x' });
    rmSync(join(dir, 'gone.txt'));
    const sources = await local(dir, true);
    const { dir: clone, files } = checkOut(sources);
    expect(files).toEqual(['.gitignore', '.gitlab-ci.yml', 'a.txt', 'sub/new.txt']);
    expect(readFileSync(join(clone, 'a.txt'), 'utf8')).toBe('2');
    expect(git(clone, 'rev-parse', 'HEAD^')).toBe(git(dir, 'rev-parse', 'HEAD'));
    expect(sources.notes).toEqual([]);
  });

  it('miss no change of the last moment, as git itself would not', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x', 'a.txt': '1' });
    const moment = statSync(join(dir, '.git/index')).mtimeMs / 1000;
    utimesSync(join(dir, 'a.txt'), moment, moment);
    git(dir, 'update-index', '--refresh');
    utimesSync(join(dir, '.git/index'), moment, moment);
    write(dir, { 'a.txt': '2' });
    utimesSync(join(dir, 'a.txt'), moment, moment);
    const { dir: clone } = checkOut(await local(dir, true));
    expect(readFileSync(join(clone, 'a.txt'), 'utf8')).toBe('2');
  });

  it.each([false, true])('write nothing into the repository (dirty: %s)', async (dirty) => {
    const dir = repository({ '.gitlab-ci.yml': 'x', 'a.txt': '1' });
    write(dir, { 'a.txt': '2', 'new.txt': 'new' });
    git(dir, 'add', 'a.txt');
    const before = snapshot(dir);
    await local(dir, dirty);
    expect(snapshot(dir)).toEqual(before);
  });

  it('are HEAD itself when --dirty finds nothing', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x' });
    expect((await local(dir, true)).facts.commit.sha).toBe(git(dir, 'rev-parse', 'HEAD'));
  });

  it('are one directory where that has a CI file of its own, and always the same commit', async () => {
    const dir = repository({ 'README.md': 'top', 'examples/hello/.gitlab-ci.yml': 'x', 'examples/hello/run.sh': 'y' });
    const first = await local(join(dir, 'examples/hello'));
    expect(checkOut(first).files).toEqual(['.gitlab-ci.yml', 'run.sh']);
    expect(first.facts.projectPath).toBe('local/hello');
    expect((await local(join(dir, 'examples/hello'))).facts.commit.sha).toBe(first.facts.commit.sha);
    write(dir, { 'other.txt': 'x', 'examples/hello/new.sh': 'z' });
    const notes = ['1 uncommitted file is not part of the job; add them with --dirty'];
    expect((await local(join(dir, 'examples/hello'))).notes).toEqual(notes);
    expect(checkOut(await local(join(dir, 'examples/hello'), true)).files).toEqual([
      '.gitlab-ci.yml',
      'new.sh',
      'run.sh',
    ]);
  });

  it('are the whole repository from any directory without a CI file', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x', 'src/deep/a.c': 'y' });
    expect(checkOut(await local(join(dir, 'src/deep'))).files).toEqual(['.gitlab-ci.yml', 'src/deep/a.c']);
  });

  it('come from worktrees, shallow clones and repositories that borrow objects themselves', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x' });
    git(dir, 'commit', '--quiet', '--allow-empty', '--message=Second');
    git(dir, 'worktree', 'add', '--quiet', '-b', 'side', join(root, 'tree'));
    expect((await local(join(root, 'tree'))).facts.ref).toEqual({ name: 'side', type: 'branch' });
    git(root, 'clone', '--quiet', '--depth=1', `file://${dir}`, 'shallow');
    expect(checkOut(await local(join(root, 'shallow'))).files).toEqual(['.gitlab-ci.yml']);
    expect(checkOut(await local(join(root, 'shallow')), '--depth=20').files).toEqual(['.gitlab-ci.yml']);
    git(root, 'clone', '--quiet', '--shared', dir, 'shared');
    expect(checkOut(await local(join(root, 'shared'))).files).toEqual(['.gitlab-ci.yml']);
  });

  it('tell of tags and of a HEAD that is on no branch', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x' });
    git(dir, 'commit', '--quiet', '--allow-empty', '--message=Second');
    git(dir, 'checkout', '--quiet', 'HEAD^');
    const detached = await local(dir);
    expect(detached.facts.ref).toEqual({ name: 'detached', type: 'branch' });
    expect(checkOut(detached).files).toEqual(['.gitlab-ci.yml']);
    git(dir, 'tag', 'v1.0');
    const tagged = await local(dir);
    expect(tagged.facts.ref).toEqual({ name: 'v1.0', type: 'tag' });
    expect(tagged.facts.refspecs).toEqual(['+refs/tags/v1.0:refs/tags/v1.0']);
    expect(checkOut(tagged).files).toEqual(['.gitlab-ci.yml']);
  });

  it('take names from origin', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x' });
    git(dir, 'remote', 'add', 'origin', 'git@gitlab.example.com:group/app.git');
    expect((await local(dir)).facts).toMatchObject({
      projectPath: 'group/app',
      serverUrl: 'https://gitlab.example.com',
    });
  });

  it('ignore the environment of a git hook', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x' });
    env = { ...env, GIT_DIR: join(root, 'nowhere'), GIT_INDEX_FILE: join(root, 'nowhere/index') };
    const sources = await local(dir, true);
    env = { ...env, GIT_DIR: undefined, GIT_INDEX_FILE: undefined };
    expect(checkOut(sources).files).toEqual(['.gitlab-ci.yml']);
  });

  it.skipIf(process.getuid?.() !== 0)('come from a repository that belongs to somebody else', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x' });
    for (const entry of ['', ...readdirSync(dir, { recursive: true }).map(String)])
      chownSync(join(dir, entry), 4242, 4242);
    expect(checkOut(await local(dir)).files).toEqual(['.gitlab-ci.yml']);
  });

  it('warn of submodules that have no place beside a copy', async () => {
    const dir = repository({
      '.gitlab-ci.yml': 'x',
      '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../lib.git\n',
    });
    expect((await local(dir)).notes[0]).toContain('submodules with a relative URL (lib)');
  });

  it('are any directory with --dirty', async () => {
    const dir = join(root, 'plain');
    write(dir, { '.gitlab-ci.yml': 'x', 'a.sh': 'y' });
    chmodSync(join(dir, 'a.sh'), 0o755);
    const { dir: clone, files } = checkOut(await local(dir, true));
    expect(files).toEqual(['.gitlab-ci.yml', 'a.sh']);
    expect(statSync(join(clone, 'a.sh')).mode & 0o111).not.toBe(0);
    expect(existsSync(join(dir, '.git'))).toBe(false);
  });

  it('say what is missing', async () => {
    const plain = join(root, 'plain');
    write(plain, { '.gitlab-ci.yml': 'x' });
    await expect(local(plain)).rejects.toThrow(
      'is not in a git repository: commit something, or run its files as they are with --dirty',
    );
    git(plain, 'init', '--quiet');
    await expect(local(plain)).rejects.toThrow('is in a git repository without a commit');
    expect(checkOut(await local(plain, true)).files).toEqual(['.gitlab-ci.yml']);
    await expect(local(join(root, 'nowhere'))).rejects.toThrow('nowhere: is not a directory');
    const dir = repository({ a: 'x' });
    write(dir, { 'new/.gitlab-ci.yml': 'x' });
    await expect(local(join(dir, 'new'))).rejects.toThrow('is not part of the last commit');
    env = { ...env, PATH: root };
    await expect(local(dir)).rejects.toThrow('git is not installed');
  });
});

describe('sources from a remote', () => {
  async function remote(dir: string, url?: string) {
    return remoteSources(await findWorkingCopy(dir, '.gitlab-ci.yml', env), url);
  }

  it('are what origin has of HEAD', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x' });
    const head = git(dir, 'rev-parse', 'HEAD');
    git(dir, 'remote', 'add', 'origin', 'https://ci:s3cret@gitlab.example.com/group/app.git');
    git(dir, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    expect(await remote(dir)).toMatchObject({
      facts: {
        repoUrl: 'https://ci:s3cret@gitlab.example.com/group/app.git',
        token: 's3cret',
        projectPath: 'group/app',
        refspecs: ['+refs/heads/main:refs/remotes/origin/main'],
        commit: { sha: head },
      },
      notes: [],
    });
  });

  it('name the commit where the branch may be elsewhere, and warn of what is not there', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x' });
    const head = git(dir, 'rev-parse', 'HEAD');
    git(dir, 'remote', 'add', 'origin', 'https://gitlab.example.com/group/app.git');
    write(dir, { new: 'x' });
    expect(await remote(dir)).toMatchObject({
      facts: { refspecs: [`+${head}:refs/remotes/origin/main`] },
      notes: [
        'uncommitted changes (1) are not part of the job',
        `commit ${head.slice(0, 8)} is on no remote branch that this copy knows of: push it first`,
      ],
    });
    expect((await remote(dir, 'http://10.244.0.1:8080/r.git')).facts.repoUrl).toBe('http://10.244.0.1:8080/r.git');
  });

  it('explain what a Pod cannot fetch', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x', 'sub/.gitlab-ci.yml': 'x' });
    await expect(remote(dir)).rejects.toThrow('has no remote "origin": say where to fetch from with --repo-url');
    git(dir, 'remote', 'add', 'origin', 'git@gitlab.example.com:group/app.git');
    await expect(remote(dir)).rejects.toThrow(
      'needs an SSH key, which a Pod does not have: use --repo-url, such as https://gitlab.example.com/group/app.git',
    );
    await expect(remote(dir, '/srv/x.git')).rejects.toThrow('is not the URL of a repository');
    await expect(remote(dir, 'https://u:s3/cret@h/x.git')).rejects.toThrow(
      '1 problem\n  https://h/x.git: is not the URL',
    );
    await expect(remote(join(dir, 'sub'))).rejects.toThrow('is a part of a repository');
    await expect(remote(root)).rejects.toThrow('is not in a git repository with a commit');
  });
});

describe('sources that are not fetched', () => {
  async function unfetched(dir: string, repoUrl?: string) {
    return unfetchedSources(await findWorkingCopy(dir, '.gitlab-ci.yml', env), { repoUrl, env, now: new Date(0) });
  }

  it('tell of HEAD and of a URL that a script could use', async () => {
    const dir = repository({ '.gitlab-ci.yml': 'x', 'sub/.gitlab-ci.yml': 'x' });
    const commit = { sha: git(dir, 'rev-parse', 'HEAD'), message: 'First things\n\nBody.\n' };
    expect(await unfetched(join(dir, 'sub'))).toMatchObject({
      facts: { repoUrl: '', projectPath: 'local/sub', refspecs: [], commit, ref: { name: 'main', type: 'branch' } },
      directories: [],
      notes: [],
    });
    git(dir, 'remote', 'add', 'origin', 'git@gitlab.example.com:group/app.git');
    expect((await unfetched(dir)).facts).toMatchObject({ repoUrl: '', projectPath: 'group/app' });
    const url = 'https://ci:s3cret@gitlab.example.com/group/app.git';
    expect((await unfetched(dir, url)).facts).toMatchObject({ repoUrl: url, token: 's3cret' });
  });

  it('need neither a commit nor a repository', async () => {
    const plain = join(root, 'plain');
    write(plain, { '.gitlab-ci.yml': 'x' });
    const commit = { sha: '0'.repeat(40), message: '', author: '', timestamp: '1970-01-01T00:00:00.000Z' };
    expect((await unfetched(plain)).facts).toMatchObject({ projectPath: 'local/plain', commit });
    git(plain, 'init', '--quiet', '--initial-branch=trunk');
    expect((await unfetched(plain)).facts).toMatchObject({ ref: { name: 'trunk' }, commit });
  });
});
