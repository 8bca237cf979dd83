import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What one test works in: a git repository with a commit, a home, and a place for temporary files. */
export class Project {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'podwright-test-')));
  readonly dir = join(this.root, 'app');
  readonly temporary = join(this.root, 'tmp');
  readonly env: Readonly<Record<string, string | undefined>> = {
    PATH: process.env['PATH'],
    HOME: join(this.root, 'home'),
    TMPDIR: this.temporary,
    GIT_CONFIG_NOSYSTEM: '1',
  };

  /** @param files path to content; all are committed */
  constructor(files: Readonly<Record<string, string>>) {
    for (const dir of [this.dir, this.temporary, join(this.root, 'home')]) mkdirSync(dir);
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'user.name', 'Jo');
    this.git('config', 'user.email', 'jo@example.com');
    this.write(files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message=First');
  }

  /** Writes files without committing them. */
  write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.dir, name)), { recursive: true });
      writeFileSync(join(this.dir, name), content);
    }
  }

  /** @returns what the command printed */
  git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.dir, env: this.env }).toString().trim();
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
