import { defaultRunnerConfig } from '../config/load.ts';
import type { RunnerConfig } from '../config/runner-config.ts';
import { Executor } from '../executor.ts';
import { assembleVariables } from '../job/assemble-variables.ts';
import type { JobLog } from '../job/context.ts';
import type { JobPaths } from '../job/paths.ts';
import { parseJobPayload, type JobPayload } from '../job/payload.ts';
import type { Stage } from '../plan.ts';
import type { Plugin } from '../plugin.ts';
import type { Logger } from '../ports.ts';

// Fakes for core's own tests; plugins' authors find theirs in @podwright/testing.

export const paths: JobPaths = {
  buildsDir: '/builds',
  projectDir: '/builds/g/p',
  tmpDir: '/builds/g/p.tmp',
  cacheDir: '/cache/g/p',
  jobDir: '/podwright/job',
  controlDir: '/podwright/control',
};

export const facts = { version: '1.2.3', revision: 'abcdef', architecture: 'linux/amd64' };
export const slot = { concurrentId: 0, concurrentProjectId: 0 };

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

const silentLog: JobLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function fakePayload(overrides: Record<string, unknown> = {}): JobPayload {
  return parseJobPayload(
    {
      id: 42,
      token: 'job-token',
      job_info: { name: 'test', project_id: 17 },
      git_info: {},
      steps: [{ name: 'script', script: ['true'] }],
      ...overrides,
    },
    'test',
  );
}

/** @param overrides members of the runner's configuration */
export function fakeExecutor(
  plugins: readonly Plugin[] = [],
  disabled: readonly Plugin[] = [],
  overrides: Partial<RunnerConfig> = {},
): Executor {
  const owners = plugins.map(({ name, configSchema }) => ({ name, configSchema }));
  const runner = { ...defaultRunnerConfig(owners), token: 'AbCd1234efgh', ...overrides };
  const shell = { containerCommand: (container: string) => ['sh', container] };
  return new Executor({ plugins, disabled, runner, shell, logger: silentLogger });
}

export function fakeJob(executor: Executor, payload = fakePayload(), log: JobLog = silentLog) {
  const variables = assembleVariables(payload, executor.runner, paths, facts, slot);
  return executor.createJob({ payload, variables, paths, namespace: 'ci', signal: new AbortController().signal, log });
}

/** A stage with everything in place but what the test is about. */
export function fakeStage(name: string, rest: Partial<Stage> = {}): Stage {
  return {
    name,
    title: name,
    container: 'build',
    condition: 'on_success',
    afterCancel: false,
    afterTimeout: false,
    attempts: 1,
    countsForResult: true,
    script: '',
    ...rest,
  };
}
