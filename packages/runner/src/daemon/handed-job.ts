import { posix } from 'node:path';
import {
  messageOf,
  runJob,
  type JobEvent,
  type JobFailure,
  type JobPayload,
  type JobResult,
  type JobSlot,
  type Logger,
  type RunJobDeps,
  type RunnerManager,
} from '@podwright/core';
import { JobTraceSender, type Cancel, type Coordinator } from '@podwright/gitlab';
import { jobPaths } from '../job-paths.ts';
import type { HandedOut } from './ask-for-jobs.ts';
import type { Numbers } from './numbers.ts';
import { follow, runningJob, type JobObserver } from './running-job.ts';

export interface HandedJobDeps {
  readonly services: RunJobDeps;
  readonly coordinator: Coordinator;
  /** Where the job runs unless a plugin chooses another namespace. */
  readonly namespace: string;
  /** Put before the default paths of a job; empty where containers have file systems of their own. */
  readonly pathsRoot: string;
  /** Shared by all jobs of all runners. */
  readonly numbers: Numbers;
  readonly logger: Logger;
  readonly observer: JobObserver;
  /** Who answers for what jobs leave behind. */
  readonly manager: RunnerManager;
  /** Told each namespace in which a job has a Pod; must not throw. */
  readonly onNamespace: (namespace: string) => void;
  /** Told when a Pod of a job could not be deleted; must not throw. */
  readonly onLeftBehind: () => void;
}

/** Who watches a job waits for the first line of its script. */
const scriptStage = 'step_script';

/** The result of a job that ended because the runner did. */
const interrupted: JobFailure = { state: 'failed', reason: 'runner_interrupted', message: 'the runner was stopped' };

/** A job that GitLab handed out, until GitLab knows its result. */
export class HandedJob {
  private readonly cancel = new AbortController();
  private readonly kill = new AbortController();
  private isInterrupted = false;

  constructor(
    private readonly deps: HandedJobDeps,
    private readonly handed: HandedOut,
  ) {}

  /** Runs the job and tells GitLab. Never rejects. */
  async run(): Promise<void> {
    const { coordinator, logger } = this.deps;
    const { job } = this.handed;
    const sender = new JobTraceSender({ coordinator, job, logger, onCancel: (how) => this.onCancel(how) });
    try {
      if (!(await sender.accept())) return logger.warn({ job: job.id }, 'the job was not begun');
      const end = await sender.finish(await this.result(sender));
      if (end === 'stopped') logger.warn({ job: job.id }, 'GitLab no longer wants the result of the job');
    } catch (error) {
      logger.error({ job: job.id, error: messageOf(error) }, 'GitLab could not be told the result of the job');
    }
  }

  /** The runner is to stop: the Pod is deleted at once, and GitLab is told why. */
  interrupt(): void {
    this.isInterrupted = true;
    this.stop();
  }

  private async result(sender: JobTraceSender): Promise<JobResult> {
    if (this.handed.kind === 'unusable') return refusal(this.handed.error, sender);
    const { payload } = this.handed.job;
    const { services, numbers, observer, onNamespace, onLeftBehind } = this.deps;
    const { runner } = services.executor;
    const { token } = runner;
    const ofProject = `${token} ${payload.job_info.project_id}`;
    const slot = { concurrentId: numbers.take(token), concurrentProjectId: numbers.take(ofProject) };
    const seen = runningJob(payload, runner);
    observer.started(seen);
    const result = await this.execute(payload, slot, sender, (event) => {
      follow(seen, event);
      if (event.kind === 'created') onNamespace(event.namespace);
      if (event.kind === 'left_behind') onLeftBehind();
      observer.changed(seen, event);
      if (event.kind === 'stage_started' && event.stage === scriptStage) sender.expedite();
    }).catch((error: unknown) => refusal(error, sender));
    numbers.release(token, slot.concurrentId);
    numbers.release(ofProject, slot.concurrentProjectId);
    const told = this.isInterrupted && result.state === 'failed' ? interrupted : result;
    observer.ended(seen, told);
    return told;
  }

  private async execute(
    payload: JobPayload,
    slot: JobSlot,
    trace: JobTraceSender,
    onEvent: (event: JobEvent) => void,
  ): Promise<JobResult> {
    const { services, namespace, pathsRoot, manager } = this.deps;
    const root = pathsRoot === '' ? '' : posix.join(pathsRoot, String(payload.id));
    return runJob(services, {
      payload,
      namespace,
      paths: jobPaths(payload, services.executor.runner, root),
      slot,
      manager,
      trace,
      cancel: this.cancel.signal,
      kill: this.kill.signal,
      onEvent,
    });
  }

  private onCancel(how: Cancel): void {
    if (how === 'canceling') {
      this.deps.logger.info({ job: this.handed.job.id }, 'GitLab cancels the job');
      this.cancel.abort();
    } else {
      this.stop();
    }
  }

  private stop(): void {
    this.cancel.abort();
    this.kill.abort();
  }
}

/** A job that cannot even begin is ours all the same: its log says why. */
function refusal(error: unknown, sender: JobTraceSender): JobResult {
  const message = messageOf(error);
  void sender.write(Buffer.from(`ERROR: Job failed (system failure): ${message}\n`));
  return { state: 'failed', reason: 'runner_system_failure', message };
}
