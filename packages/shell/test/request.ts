import {
  defaultRunnerConfig,
  parseJobPayload,
  Variables,
  type JobPaths,
  type PlanRequest,
  type RunnerConfig,
  type Variable,
} from '@podwright/core';

export interface TestJob {
  /** Members of the payload. */
  readonly payload?: Record<string, unknown>;
  readonly variables?: readonly Variable[];
  readonly runner?: Partial<RunnerConfig>;
  /** Under which all paths of the job are. */
  readonly root?: string;
}

/** The paths of a job under one folder. */
export function pathsUnder(root: string): JobPaths {
  return {
    buildsDir: `${root}/builds`,
    projectDir: `${root}/builds/group/project`,
    tmpDir: `${root}/builds/group/project.tmp`,
    cacheDir: `${root}/cache/group/project`,
    jobDir: `${root}/job`,
    controlDir: `${root}/control`,
  };
}

/** What a shell is asked to plan: a job with one script line unless told otherwise. */
export function testRequest({ payload, variables = [], runner, root = '' }: TestJob = {}): PlanRequest {
  return {
    payload: parseJobPayload(
      { id: 1, job_info: {}, git_info: {}, steps: [{ name: 'script', script: ['true'] }], ...payload },
      'test',
    ),
    variables: new Variables(variables),
    paths: pathsUnder(root),
    runner: { ...defaultRunnerConfig([]), ...runner },
    nonce: 'nonce',
  };
}
