import { shortToken, type JobEvent, type JobPayload, type JobResult, type RunnerConfig } from '@podwright/core';

/** What there is to see of a job while it runs. */
export interface RunningJob {
  readonly id: number;
  readonly project: number;
  readonly name: string;
  /** Name of its runner. */
  readonly runner: string;
  /** The part of its token that may be shown. */
  readonly shortToken: string;
  readonly begun: Date;
  /** Name of its last Pod; empty before there is one. */
  pod: string;
  /** `prepare_executor` until the Pod runs, then the stage that runs. */
  stage: string;
}

/** Told of a job's life. Must not throw. */
export interface JobObserver {
  started(job: RunningJob): void;
  /** After what the event says is written into the job. */
  changed(job: RunningJob, event: JobEvent): void;
  ended(job: RunningJob, result: JobResult): void;
}

export function runningJob(
  { id, job_info }: JobPayload,
  { name: runner, token }: Pick<RunnerConfig, 'name' | 'token'>,
): RunningJob {
  const { name, project_id: project } = job_info;
  const common = { id, project, name, runner, shortToken: shortToken(token) };
  return { ...common, begun: new Date(), pod: '', stage: 'prepare_executor' };
}

/** Writes into the job what the event says. */
export function follow(job: RunningJob, event: JobEvent): void {
  if (event.kind === 'created') {
    job.pod = event.pod;
    job.stage = 'prepare_executor';
  }
  if (event.kind === 'stage_started') job.stage = event.stage;
}
