import {
  Executor,
  checkPlugins,
  loadConfig,
  parseJobPayload,
  runJob,
  type JobEvent,
  type JobResult,
  type Logger,
  type Plugin,
  type Strategy,
  type TraceSink,
} from '@podwright/core';
import { createShell } from '@podwright/shell';
import { defaultPlugins } from '../../packages/runner/src/default-plugins.ts';
import type { TestEnvironment } from './environment.ts';

export interface JobOptions {
  /** Commands of the job's script. */
  readonly script: readonly string[];
  readonly afterScript?: readonly string[];
  readonly variables?: readonly Record<string, unknown>[];
  /** Overrides any member of the payload. */
  readonly payload?: Record<string, unknown>;
  /** Lines of `[runners.kubernetes]`. */
  readonly toml?: string;
  readonly image?: string;
  readonly namespace?: string;
  readonly trace?: TraceSink;
  /** How the job's plan is walked; default `attach`. */
  readonly strategy?: Strategy;
  readonly plugins?: readonly Plugin[];
}

/** A job that is running, and the means to disturb it. */
export interface StartedJob {
  readonly result: Promise<JobResult>;
  readonly events: JobEvent[];
  readonly cancel: AbortController;
  readonly kill: AbortController;
  /** The trace so far. */
  trace(): string;
  /** Resolves with the Pod's name once a line like this was seen in the trace. @throws when the job ends before */
  seen(text: string): Promise<string>;
}

let lastId = 1000;
const underWay = new WeakMap<TestEnvironment, Set<StartedJob>>();

/** Starts a job with all of podwright but the command line. */
export function startJob(environment: TestEnvironment, options: JobOptions): StartedJob {
  const chunks: Uint8Array[] = [];
  const waiting: { text: string; resolve: (pod: string) => void; reject: (error: Error) => void }[] = [];
  const trace = (): string => Buffer.concat(chunks).toString();
  const events: JobEvent[] = [];
  const podName = (): string => events.map((event) => ('pod' in event ? event.pod : '')).findLast(Boolean) ?? '';
  const sink: TraceSink = {
    write(chunk) {
      chunks.push(Buffer.from(chunk));
      for (const entry of waiting) if (trace().includes(entry.text)) entry.resolve(podName());
    },
  };
  const cancel = new AbortController();
  const kill = new AbortController();
  const result = runJob(
    {
      executor: makeExecutor(environment, options),
      cluster: environment.cluster,
      shell: createShell(),
      logger: quiet,
      facts,
    },
    {
      payload: makePayload(options),
      namespace: options.namespace ?? environment.namespace,
      paths: environment.paths(),
      slot: { concurrentId: 0, concurrentProjectId: 0 },
      trace: options.trace ?? sink,
      cancel: cancel.signal,
      kill: kill.signal,
      onEvent: (event) => void events.push(event),
    },
  );
  void result.finally(() => {
    for (const { text, reject } of waiting)
      reject(new Error(`the job ended without "${text}" in its trace:\n${trace()}`));
  });
  const seen = (text: string): Promise<string> =>
    trace().includes(text)
      ? Promise.resolve(podName())
      : new Promise((resolve, reject) => waiting.push({ text, resolve, reject }));
  const job = { result, events, cancel, kill, trace, seen };
  remember(environment, job);
  return job;
}

/** Gives up the jobs that a failed test has left running, so that the next tests find the cluster as it was. */
export async function endJobs(environment: TestEnvironment): Promise<void> {
  const left = [...(underWay.get(environment) ?? [])];
  for (const job of left) job.kill.abort();
  await Promise.allSettled(left.map((job) => job.result));
}

function remember(environment: TestEnvironment, job: StartedJob): void {
  const jobs = underWay.get(environment) ?? new Set();
  underWay.set(environment, jobs.add(job));
  const forget = (): void => void jobs.delete(job);
  job.result.then(forget, forget);
}

function makeExecutor(environment: TestEnvironment, options: JobOptions): Executor {
  const builtIn = [...defaultPlugins];
  const plugins = checkPlugins(
    [...builtIn, ...(options.plugins ?? [])].map((candidate) => ({ source: 'test', candidate })),
  );
  const toml = `[[runners]]
    name = "test"
    token = "glrt-0123456789"
    [runners.kubernetes]
      image = ${JSON.stringify(options.image ?? environment.image)}
      helper_image = ${JSON.stringify(environment.helperImage)}
      ${options.toml ?? ''}`;
  const { config } = loadConfig(toml, { source: 'test', owners: plugins });
  const [runner] = config.runners;
  if (!runner) throw new Error('no runner');
  return new Executor({ plugins, runner, shell: createShell(), logger: quiet });
}

function makePayload(options: JobOptions) {
  lastId += 1;
  const steps = [{ name: 'script', script: options.script }];
  if (options.afterScript) steps.push({ name: 'after_script', script: options.afterScript });
  const value = String(options.strategy === 'exec');
  const flag = { key: 'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY', value, public: true };
  const payload = {
    id: lastId,
    token: 'job-token-of-the-test',
    job_info: { name: 'test', stage: 'test', project_id: 7, project_name: 'project' },
    git_info: {},
    runner_info: { timeout: 120 },
    variables: [{ key: 'GIT_STRATEGY', value: 'none', public: true }, flag, ...(options.variables ?? [])],
    steps,
    features: { trace_sections: true },
    ...options.payload,
  };
  return parseJobPayload(payload, 'test');
}

const facts = { version: '0.0.0', revision: 'test', architecture: 'linux/amd64' };

const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
};
