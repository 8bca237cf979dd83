import { copyFile, mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '@podwright/core';
import { borrowedDirectories, quoted } from './borrowed-directories.ts';
import { describeCommit, describeRef, describeUser } from './describe-commit.ts';
import { describeProject, noBranch } from './describe-project.ts';
import { Git, type Env } from './git.ts';
import { countUncommitted, type Repository, type WorkingCopy } from './working-copy.ts';
import type { Sources } from './sources.ts';

export interface LocalSourcesOptions {
  /** An existing directory for temporary files; whoever made it removes it. */
  readonly root: string;
  /** Whether uncommitted and new files are part of it; ignored ones never are. */
  readonly dirty: boolean;
  readonly env: Env;
  readonly now: Date;
}

/**
 * Sources from a working copy: a bare repository under `root` that borrows the objects of the user's one, which is only
 * read. The job clones it through a `file://` URL.
 * @throws ConfigError where there is no commit to run
 */
export async function localSources(copy: WorkingCopy, options: LocalSourcesOptions): Promise<Sources> {
  if (!options.dirty) requireCommit(copy);
  const bare = await BorrowingRepository.create(copy, options);
  const { commit, notes } = options.dirty ? await bare.commitChanges() : await bare.commitHead();
  const ref = copy.repository === undefined ? noBranch : await describeRef(copy.repository);
  await bare.publish(commit, ref);
  return {
    facts: {
      repoUrl: pathToFileURL(bare.path).href,
      ...(await describeProject(copy)),
      ref,
      refspecs: [refspec(ref)],
      commit: await describeCommit(bare.git, commit),
      user: await describeUser(copy.repository?.git ?? bare.git),
    },
    directories: [bare.path, ...bare.borrowed],
    notes: [...notes, ...(await submoduleNotes(bare.git, commit))],
  };
}

/** What a job fetches to have a branch or tag where a clone has it. */
export function refspec(ref: { name: string; type: 'branch' | 'tag' }): string {
  return ref.type === 'tag'
    ? `+refs/tags/${ref.name}:refs/tags/${ref.name}`
    : `+refs/heads/${ref.name}:refs/remotes/origin/${ref.name}`;
}

function requireCommit({ projectDir, repository }: WorkingCopy): void {
  if (repository?.head !== undefined) return;
  const what = repository === undefined ? 'is not in a git repository' : 'is in a git repository without a commit';
  const message = `${what}: commit something, or run its files as they are with --dirty`;
  throw new ConfigError('sources', [{ path: projectDir, message, kind: 'invalid' }]);
}

/** Relative URLs of submodules would be looked up beside the temporary repository. */
async function submoduleNotes(git: Git, commit: string): Promise<string[]> {
  const listed = await git.ask(['config', '--blob', `${commit}:.gitmodules`, '--get-regexp', String.raw`\.url$`]);
  const relative = (listed ?? '').split('\n').filter((line) => / \.\.?\//.test(line));
  if (relative.length === 0) return [];
  const names = relative.map((line) => line.slice('submodule.'.length, line.lastIndexOf('.url ')));
  return [
    `submodules with a relative URL (${names.join(', ')}) cannot be fetched beside a local copy; use --repo-url for them`,
  ];
}

class BorrowingRepository {
  /** The directories of objects that it needs besides its own. */
  borrowed: readonly string[] = [];

  private constructor(
    readonly path: string,
    readonly git: Git,
    readonly copy: WorkingCopy,
    readonly options: LocalSourcesOptions,
  ) {}

  static async create(copy: WorkingCopy, options: LocalSourcesOptions): Promise<BorrowingRepository> {
    const name = basename(copy.projectDir).replace(/[^\w.-]/g, '-') || 'project';
    const path = join(options.root, 'sources', `${name}.git`);
    await mkdir(path, { recursive: true });
    const user = copy.repository?.git;
    const format = await user?.ask(['rev-parse', '--show-object-format']);
    const formatOption = format === undefined || format === 'sha1' ? [] : [`--object-format=${format}`];
    const git = new Git(path, options.env);
    await git.run(['init', '--quiet', '--bare', '--template=', ...formatOption]);
    const bare = new BorrowingRepository(path, git, copy, options);
    if (copy.repository !== undefined) await bare.borrow(copy.repository);
    return bare;
  }

  /** HEAD, or a commit of the project's directory alone where that is a part of the repository. */
  async commitHead(): Promise<{ commit: string; notes: string[] }> {
    const repository = this.copy.repository as Repository & { head: string };
    const changes = await countUncommitted(repository);
    const notes = changes === 0 ? [] : [`${countFiles(changes)} not part of the job; add them with --dirty`];
    if (repository.prefix === '') return { commit: repository.head, notes };
    const { message } = await describeCommit(this.git, repository.head);
    const tree = await this.subtree(repository.head);
    return { commit: await this.commitTree(tree, [], message, repository.head), notes };
  }

  /** A commit on top of HEAD with everything that is not ignored. */
  async commitChanges(): Promise<{ commit: string; notes: string[] }> {
    const { repository } = this.copy;
    const tree = repository === undefined ? await this.addPlainDirectory() : await this.addChanges(repository);
    const head = repository?.head;
    const message = 'Uncommitted changes';
    if (head === undefined || repository?.prefix !== '') {
      const part = repository === undefined ? tree : await this.subtree(tree);
      return { commit: await this.commitTree(part, [], message), notes: [] };
    }
    const before = await this.git.run(['rev-parse', `${head}^{tree}`]);
    if (before.trim() === tree) return { commit: head, notes: [] };
    return { commit: await this.commitTree(tree, [head], message), notes: [] };
  }

  /** Lets the ref, and HEAD, point to the commit. */
  async publish(commit: string, ref: { name: string; type: 'branch' | 'tag' }): Promise<void> {
    const full = ref.type === 'tag' ? `refs/tags/${ref.name}` : `refs/heads/${ref.name}`;
    await this.git.run(['update-ref', full, commit]);
    if (ref.type === 'branch') await this.git.run(['symbolic-ref', 'HEAD', full]);
  }

  private async borrow({ git }: Repository): Promise<void> {
    const objects = await gitPath(git, 'objects');
    await mkdir(join(this.path, 'objects', 'info'), { recursive: true });
    await writeFile(join(this.path, 'objects', 'info', 'alternates'), `${quoted(objects)}\n`);
    this.borrowed = await borrowedDirectories(objects);
    await copyIfThere(await gitPath(git, 'shallow'), join(this.path, 'shallow'));
  }

  /** The tree of a commit or tree, cut down to the project's directory. */
  private async subtree(treeish: string): Promise<string> {
    const prefix = this.copy.repository?.prefix ?? '';
    const tree = await this.git.ask(['rev-parse', '--verify', '--quiet', `${treeish}:${prefix}`]);
    if (tree !== undefined) return tree;
    const message = 'is not part of the last commit: commit it, or run its files as they are with --dirty';
    throw new ConfigError('sources', [{ path: this.copy.projectDir, message, kind: 'invalid' }]);
  }

  /** Stages everything into an index of our own; new objects go into this repository. @returns the tree */
  private async addChanges({ git }: Repository): Promise<string> {
    const index = join(this.options.root, 'sources', 'index');
    await copyIfThere(await gitPath(git, 'index'), index);
    const env = { GIT_INDEX_FILE: index, GIT_OBJECT_DIRECTORY: join(this.path, 'objects') };
    await git.run(['-c', `lfs.storage=${join(this.path, 'lfs')}`, 'add', '--all'], { env });
    return (await git.run(['write-tree'], { env })).trim();
  }

  private async addPlainDirectory(): Promise<string> {
    const args = [`--git-dir=${this.path}`, `--work-tree=${this.copy.projectDir}`, '-c', 'core.bare=false'];
    const git = new Git(this.copy.projectDir, this.options.env);
    await git.run([...args, 'add', '--all']);
    return (await git.run([...args, 'write-tree'])).trim();
  }

  /** @param like a commit whose author and times the new one takes over, so that it always has the same id */
  private async commitTree(tree: string, parents: readonly string[], message: string, like?: string): Promise<string> {
    const env = like === undefined ? this.newAuthor() : await this.authorOf(like);
    const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', message];
    return (await this.git.run(args, { env })).trim();
  }

  private newAuthor(): Env {
    return authorship('podwright', 'podwright@localhost', this.options.now.toISOString());
  }

  private async authorOf(commit: string): Promise<Env> {
    const text = await this.git.run(['log', '-1', '--format=%an%x00%ae%x00%cI', commit]);
    const [name = '', email = '', date = ''] = text.trim().split('\0');
    return authorship(name, email, date);
  }
}

function authorship(name: string, email: string, date: string): Env {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}

/** Where a file of the git directory is: another place than `.git` in worktrees and submodules. */
async function gitPath(git: Git, name: string): Promise<string> {
  return resolve(git.directory, (await git.run(['rev-parse', '--git-path', name])).replace(/\n$/, ''));
}

/**
 * The copy is no newer than the original, rounded down: git takes a file for unchanged when it is older than the index
 * that knows it, so a younger index would hide changes of the last moment.
 */
async function copyIfThere(from: string, to: string): Promise<void> {
  const found = await stat(from).catch(() => undefined);
  if (found?.isFile() !== true) return;
  await copyFile(from, to);
  const seconds = Math.floor(found.mtimeMs / 1000);
  await utimes(to, seconds, seconds);
}

function countFiles(count: number): string {
  return count === 1 ? '1 uncommitted file is' : `${count} uncommitted files are`;
}
