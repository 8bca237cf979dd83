import { messageOf } from '@podwright/core';
import { askForJobs, type AskForJobsDeps, type HandedOut } from './ask-for-jobs.ts';
import { HandedJob, type HandedJobDeps } from './handed-job.ts';
import { Places } from './places.ts';

export interface ConfiguredRunnerDeps extends HandedJobDeps, Omit<AskForJobsDeps, 'coordinator' | 'own' | 'start'> {
  /** Ends the connections; called once the last job has ended. */
  readonly dispose: () => Promise<void>;
}

/** One `[[runners]]` at work: asks for jobs and runs them. */
export class ConfiguredRunner {
  private readonly stop = new AbortController();
  private readonly jobs = new Map<HandedJob, Promise<void>>();
  private readonly asking: Promise<unknown>;
  private isInterrupted = false;

  /** Begins to ask. */
  constructor(private readonly deps: ConfiguredRunnerDeps) {
    const { limit, request_concurrency: requests } = deps.services.executor.runner;
    const own = new Places(limit === 0 ? Infinity : limit);
    const loop = { ...deps, own, start: (handed: HandedOut) => this.start(handed) };
    this.asking = Promise.all(
      Array.from({ length: Math.max(1, requests) }, () => askForJobs(loop, this.stop.signal)),
    ).catch((error: unknown) => deps.logger.error({ error: messageOf(error) }, 'the runner asks for no more jobs'));
  }

  /** Asks for no more jobs. Resolves once the running ones have ended and nothing of the runner is left. */
  async retire(): Promise<void> {
    this.stop.abort(new Error('the runner asks for no more jobs'));
    await this.asking;
    await Promise.all(this.jobs.values());
    await this.deps.dispose();
  }

  /** Gives all running jobs up, and those that still come. */
  interrupt(): void {
    this.isInterrupted = true;
    for (const job of this.jobs.keys()) job.interrupt();
  }

  private async start(handed: HandedOut): Promise<void> {
    const job = new HandedJob(this.deps, handed);
    if (this.isInterrupted) job.interrupt();
    const running = job.run();
    this.jobs.set(job, running);
    await running;
    this.jobs.delete(job);
  }
}
