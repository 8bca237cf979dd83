import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { checksumOf, FakeGitLab, type FakeJob } from '../../packages/gitlab/src/test-kit/fake-gitlab.ts';
import { run } from '../../packages/runner/src/run.ts';
import { TestIo } from '../../packages/runner/src/test-kit/test-io.ts';

/** Where the jobs of a daemon run. */
export interface DaemonPlace {
  /** Address of this machine for jobs: of a GitLab, and of a repository. */
  readonly host: string;
  /** Options of `podwright run` that say which cluster. */
  readonly options: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Lines of `[runners.kubernetes]`, with images that have bash, node and git, and what survives a job at `/cache`. */
  readonly toml: string;
  /** Variables that each job is given. */
  readonly variables: readonly Record<string, unknown>[];
  /** How a service runs JavaScript. */
  readonly node: { readonly image: string; readonly program: string };
  /** An image that there is not, where images are pulled. */
  readonly unpullable?: string;
  /** Names of what podwright has in the cluster. */
  leftovers(): Promise<string[]>;
  close(): Promise<void>;
}

/** A daemon that takes jobs from a GitLab of its own. */
export interface DaemonUnderTest {
  readonly place: DaemonPlace;
  readonly gitlab: FakeGitLab;
  /** What it logged. */
  readonly log: () => string;
  /** A job with the variables of the place; `more` replaces members of the payload, and adds to the variables. */
  hand(script: readonly string[], more?: Readonly<Record<string, unknown>>): FakeJob;
  close(): Promise<void>;
}

/** KiB; what the suite calls large is larger. */
export const outputLimit = 256;

export async function startDaemon(place: DaemonPlace): Promise<DaemonUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'podwright-test-'));
  const gitlab = await FakeGitLab.start(place.host);
  const config = `concurrent = 6
    check_interval = 1
    [[runners]]
    name = "ci"
    url = "${gitlab.url}"
    token = "${gitlab.runnerToken}"
    cache_dir = "/cache"
    output_limit = ${outputLimit}
    [runners.kubernetes]
    ${place.toml}`;
  writeFileSync(join(folder, 'config.toml'), config);
  const io = new TestIo(folder, place.env);
  const status = run(['run', ...place.options], io);
  await Promise.race([io.stderr.until('configuration loaded'), status]);
  return {
    place,
    gitlab,
    log: () => io.stderr.text,
    hand(script, { variables = [], ...more } = {}) {
      const all = [...place.variables, ...(variables as unknown[])];
      return gitlab.hand(script, { ...more, variables: all });
    },
    async close() {
      io.signal('SIGTERM');
      expect(await status, io.stderr.text).toBe(0);
      await gitlab.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const patience = { timeout: 90_000, interval: 50 };

/** Waits for the result of a job, and looks whether GitLab has all of its log. */
export async function ended(job: FakeJob): Promise<Record<string, unknown>> {
  await expect.poll(() => job.isOver, patience).toBe(true);
  const last = job.updates.at(-1) ?? {};
  const output = { checksum: checksumOf(job.trace), bytesize: job.trace.length };
  expect(last, job.trace.toString()).toMatchObject({ output });
  return last;
}

/** Waits until GitLab has a text in the log of a job. */
export async function printed(job: FakeJob, text: string): Promise<void> {
  await expect.poll(() => job.trace.toString(), patience).toContain(text);
}
