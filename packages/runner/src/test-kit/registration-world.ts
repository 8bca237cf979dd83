import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeGitLab } from '../../../gitlab/src/test-kit/fake-gitlab.ts';
import { run } from '../run.ts';
import { TestIo } from './test-io.ts';

/** What a command left behind. */
export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly errors: string;
}

/** A directory and a GitLab, for commands that edit a `config.toml`. */
export class RegistrationWorld {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'podwright-registration-')));

  private constructor(readonly gitlab: FakeGitLab) {}

  static async start(): Promise<RegistrationWorld> {
    return new RegistrationWorld(await FakeGitLab.start());
  }

  async close(): Promise<void> {
    rmSync(this.dir, { recursive: true, force: true });
    await this.gitlab.close();
  }

  /** Nobody is there to answer. */
  async run(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const io = new TestIo(this.dir, env);
    const status = await run(argv, io);
    return { status, out: io.out.text, errors: io.stderr.text };
  }

  write(text: string, name = 'config.toml'): void {
    writeFileSync(join(this.dir, name), text);
  }

  read(name = 'config.toml'): string {
    return readFileSync(join(this.dir, name), 'utf8');
  }

  /** Bodies of all requests so far. */
  get bodies(): Record<string, unknown>[] {
    return this.gitlab.seen.map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>);
  }

  /** `METHOD /path` of all requests so far, below the API's URL. */
  get requests(): string[] {
    return this.gitlab.seen.map(({ method, path }) => `${method} ${path.replace('/api/v4', '')}`);
  }

  /** Resolves once GitLab was asked. */
  async asked(): Promise<void> {
    while (this.gitlab.seen.length === 0) await new Promise((resolve) => void setTimeout(resolve, 5));
  }
}
