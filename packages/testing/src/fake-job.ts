import {
  Executor,
  assembleVariables,
  defaultRunnerConfig,
  parseJobPayload,
  type JobContextOptions,
  type JobPaths,
  type JobUnderWay,
  type RunnerConfig,
} from '@podwright/core';
import { collectingLog, type CollectingLog } from './collecting-log.ts';
import { fakeLogger } from './fake-logger.ts';

/** What a fake job is to have instead of the defaults. */
export interface FakeJobOptions {
  /** Members of the job payload as GitLab sends it, laid over a small valid one; each replaces the whole member. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** Default: nothing configured, and the token `AbCd1234efgh`. */
  readonly runner?: RunnerConfig;
  /** Default `ci`. */
  readonly namespace?: string;
  /** Default: a signal that is never aborted. */
  readonly signal?: AbortSignal;
}

/** A job as hooks see it, whose trace can be read. */
export interface FakeJob extends JobUnderWay {
  readonly log: CollectingLog;
}

/** The same for every fake job, so that Pods can be compared. */
const paths: JobPaths = {
  buildsDir: '/builds',
  projectDir: '/builds/group/project',
  tmpDir: '/builds/group/project.tmp',
  cacheDir: '/cache/group/project',
  jobDir: '/podwright/job',
  controlDir: '/podwright/control',
};

const slot = { concurrentId: 0, concurrentProjectId: 0 };

/** The start commands of a Pod whose stages nobody runs. */
export const fakeShell = { containerCommand: (container: string) => ['supervisor', container] };

/** Makes a job that nobody has prepared; the same options give an equal job. @throws ConfigError for a bad payload */
export function fakeJob(options: FakeJobOptions = {}): FakeJob {
  const parts = fakeJobParts(options);
  const executor = new Executor({ plugins: [], runner: parts.runner, shell: fakeShell, logger: fakeLogger() });
  return executor.createJob(parts) as FakeJob;
}

/** What a fake job is made from, for `Executor.createJob`. */
export function fakeJobParts(
  options: FakeJobOptions,
  secretNames: ReadonlySet<string> = new Set(),
): JobContextOptions & { readonly runner: RunnerConfig; readonly log: CollectingLog } {
  const runner = options.runner ?? { ...defaultRunnerConfig([]), token: 'AbCd1234efgh' };
  const payload = parseJobPayload({ ...defaultPayload, ...options.payload }, 'fake job');
  const facts = { version: '0.1.0', revision: 'fake', architecture: 'linux/amd64' };
  return {
    payload,
    runner,
    paths,
    variables: assembleVariables(payload, runner, paths, facts, slot, secretNames),
    namespace: options.namespace ?? 'ci',
    signal: options.signal ?? new AbortController().signal,
    log: collectingLog(),
  };
}

const defaultPayload = {
  id: 4242,
  token: 'job-token',
  job_info: { name: 'test', stage: 'test', project_id: 17, project_name: 'project' },
  git_info: { repo_url: 'https://gitlab.example.com/group/project.git', ref: 'main', sha: '1'.repeat(40) },
  steps: [{ name: 'script', script: ['true'] }],
  image: { name: 'alpine:3.12' },
};
