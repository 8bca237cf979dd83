import type { JobEvent, JobResult, Logger } from '@podwright/core';
import type { Metrics } from './metrics.ts';
import type { JobObserver, RunningJob } from './running-job.ts';

/** Keeps all jobs that run now, for those who look. One line in the log for a job's start, one for its end. */
export class JobsUnderWay implements JobObserver {
  constructor(
    private readonly jobs: Set<RunningJob>,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  started(job: RunningJob): void {
    this.jobs.add(job);
    this.metrics.jobStarted(job);
    this.logger.info(fieldsOf(job), 'job started');
  }

  changed(job: RunningJob, event: JobEvent): void {
    if (event.kind === 'stage_started' || event.kind === 'stage_finished') this.metrics.stageChanged(job, event);
  }

  ended(job: RunningJob, result: JobResult): void {
    this.jobs.delete(job);
    const seconds = (Date.now() - job.begun.getTime()) / 1000;
    this.metrics.jobEnded(job, result, seconds);
    const outcome =
      result.state === 'success'
        ? { state: result.state }
        : { state: result.state, reason: result.reason, exitCode: result.exitCode };
    this.logger.info({ ...fieldsOf(job), pod: job.pod, seconds, ...outcome }, 'job ended');
  }
}

function fieldsOf({ id, project, runner }: RunningJob): object {
  return { job: id, project, runner };
}
