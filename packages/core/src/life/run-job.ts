import { randomBytes, randomInt } from 'node:crypto';
import { JobRejectedError, messageOf } from '../errors.ts';
import type { Executor } from '../executor.ts';
import { featureFlag } from '../feature-flags/feature-flag.ts';
import { canceled, isSystemFailure, type JobResult } from '../failure.ts';
import type { JobEvent } from '../hooks.ts';
import { assembleVariables, type JobSlot, type RunnerFacts } from '../job/assemble-variables.ts';
import type { JobUnderWay } from '../job/job-under-way.ts';
import { shortToken } from '../job/names.ts';
import type { JobPaths } from '../job/paths.ts';
import type { JobPayload } from '../job/payload.ts';
import type { Plan } from '../plan.ts';
import type { BuiltPod } from '../pod/draft.ts';
import type { RunnerManager } from '../pod/labels.ts';
import { failedServices } from '../pod/failed-services.ts';
import type { PodProblem } from '../pod/problem.ts';
import type { CacheStore, Cluster, Logger, Shell, TraceSink } from '../ports.ts';
import { secretsOfCacheUrls, signCacheUrls } from './cache-urls.ts';
import type { PodEvent } from './events.ts';
import { failureOf } from './failure-of.ts';
import { maskedLogger } from './masked-logger.ts';
import { maskedResult } from './masked-result.ts';
import { PodRun, type PodOutcome } from './pod-run.ts';
import { resultOf } from './result.ts';
import { ToldWarnings } from './told-warnings.ts';
import { TextMask } from './text-mask.ts';
import { JobTrace } from './trace.ts';

/** What the life of a job depends on. */
export interface RunJobDeps {
  readonly executor: Executor;
  readonly cluster: Cluster;
  readonly shell: Shell;
  readonly logger: Logger;
  readonly facts: RunnerFacts;
  /** Absent: caches are local. */
  readonly cacheStore?: CacheStore | undefined;
}

export interface RunJobRequest {
  readonly payload: JobPayload;
  /** Where the job runs unless a plugin chooses another namespace. */
  readonly namespace: string;
  readonly paths: JobPaths;
  readonly slot: JobSlot;
  /** Who sweeps what the job may leave behind; absent: nobody does. */
  readonly manager?: RunnerManager;
  readonly trace: TraceSink;
  /** Aborted to cancel the job: its running stage is stopped, and what must still run runs. */
  readonly cancel: AbortSignal;
  /** Aborted to give the job up: its Pod is deleted at once. */
  readonly kill: AbortSignal;
  /** Told what happens, as the `jobEvent` hook is. */
  readonly onEvent?: (event: JobEvent) => void;
}

/** Milliseconds for deleting the Pod of a job, repetitions included. */
const cleanupMilliseconds = 60_000;
/** Pods that may be made for one job before "again" is no longer listened to. */
const mostPods = 20;

/**
 * Runs one job from its payload to its result: prepare, build, create, follow, finish, cleanup. Never throws for the
 * job's sake: whatever goes wrong is the result. Rejects only when the trace could not be written. No secret of the job is in
 * the result, nor in a line of the log.
 */
export async function runJob(deps: RunJobDeps, request: RunJobRequest): Promise<JobResult> {
  return new JobRun(deps, request).run();
}

class JobRun {
  readonly #deps: RunJobDeps;
  readonly #request: RunJobRequest;
  readonly #job: JobUnderWay;
  readonly #trace: JobTrace;
  readonly #mask: TextMask;
  readonly #logger: Logger;
  #cluster: Cluster;

  constructor(deps: RunJobDeps, request: RunJobRequest) {
    const { payload, paths, slot, namespace, cancel } = request;
    const { runner } = deps.executor;
    const variables = assembleVariables(payload, runner, paths, deps.facts, slot, deps.executor.secretNames);
    this.#deps = deps;
    this.#cluster = deps.cluster;
    this.#request = request;
    this.#mask = new TextMask(variables.secrets);
    const logger = maskedLogger(deps.logger, this.#mask);
    this.#logger = logger.child({ job: payload.id, project: payload.job_info.project_id });
    this.#trace = new JobTrace({
      sink: request.trace,
      secrets: variables.secrets,
      sections: payload.features.trace_sections,
      times: featureFlag('FF_TIMESTAMPS', runner, variables),
      now: () => Date.now() / 1000,
      ...(runner.output_limit > 0 && { outputLimit: runner.output_limit * 1024 }),
    });
    this.#job = deps.executor.createJob({ payload, variables, paths, namespace, signal: cancel, log: this.#trace });
  }

  async run(): Promise<JobResult> {
    const { executor } = this.#deps;
    this.#preamble();
    const result = maskedResult(await this.#attempted(), this.#mask);
    await executor.hooks.finish
      .promise(result, this.#job)
      .catch((error: unknown) => this.#logger.error({ error: messageOf(error) }, 'a finish hook failed'));
    await executor
      .cleanup(this.#job)
      .catch((error: unknown) => this.#logger.error({ error: messageOf(error) }, 'a cleanup hook failed'));
    this.#lastWords(result);
    await this.#trace.end();
    return result;
  }

  async #attempted(): Promise<JobResult> {
    try {
      return await this.#attempts(await this.#prepare());
    } catch (error) {
      return this.#rejection(error);
    }
  }

  async #prepare(): Promise<{ plan: Plan; files: ReadonlyMap<string, string> }> {
    const { executor, shell } = this.#deps;
    await executor.prepare(this.#job);
    const { bearerToken, namespace } = this.#job;
    if (bearerToken !== undefined) this.#cluster = this.#cluster.withToken(bearerToken);
    this.#trace.info(`Using Kubernetes namespace: ${namespace}`);
    const { payload, variables, paths, runner } = this.#job;
    const base = { payload, variables, paths, runner, nonce: randomBytes(16).toString('hex') };
    const cacheUrls = await signCacheUrls(this.#deps.cacheStore, shell.cacheKeys(base), this.#job);
    this.#hide(secretsOfCacheUrls(cacheUrls));
    const request = { ...base, cacheUrls };
    const plan = shell.plan(request);
    return { plan, files: shell.files(plan, request) };
  }

  #hide(secrets: readonly string[]): void {
    this.#trace.hide(secrets);
    this.#mask.hide(secrets);
  }

  /** One Pod after the other, until one ran the job or nobody has a better idea. */
  async #attempts({ plan, files }: { plan: Plan; files: ReadonlyMap<string, string> }): Promise<JobResult> {
    const { executor } = this.#deps;
    for (;;) {
      if (this.#request.cancel.aborted) return canceled;
      const { slot, manager } = this.#request;
      const options = { plan, files, slot: slot.concurrentProjectId, random: randomName(), manager };
      const built = await executor.build(this.#job, options);
      const outcome = await this.#runPod(built, plan);
      if (outcome.kind === 'finished') return resultOf(outcome.event, plan);
      if (outcome.kind === 'failed') return outcome.failure;
      if (this.#request.cancel.aborted) return canceled;
      const again = !outcome.began && this.#job.attempt < mostPods && (await this.#askAgain(outcome.problem));
      if (!again) return outcome.problem.failure;
    }
  }

  async #runPod(built: BuiltPod, plan: Plan): Promise<PodOutcome> {
    const { shell } = this.#deps;
    const { name = '', namespace = '' } = built.pod.metadata ?? {};
    const logger = this.#logger.child({ pod: name, namespace });
    this.#trace.info(`Creating pod ${namespace}/${name} ...`);
    const warnings = new ToldWarnings(this.#trace, { namespace, name });
    const run = new PodRun({
      cluster: this.#cluster,
      shell,
      trace: this.#trace,
      warnings,
      logger,
      job: this.#job,
      plan,
      built,
      kill: this.#request.kill,
      onEvent: (event) => this.#onEvent(event, { pod: name, namespace }),
    });
    const outcome = await run.run();
    for (const line of failedServices(run.pod)) this.#trace.warn(line);
    if (outcome.kind === 'problem') await this.#warnings(namespace, name, warnings);
    if (run.mayExist) await this.#deletePod(namespace, name, logger);
    return outcome;
  }

  #onEvent(event: PodEvent | { event: 'created' | 'running' }, target: { pod: string; namespace: string }): void {
    switch (event.event) {
      case 'created':
        this.#tell({ kind: 'created', ...target });
        break;
      case 'running':
        this.#tell({ kind: 'running', pod: target.pod });
        break;
      case 'stage_started':
        this.#tell({ kind: 'stage_started', stage: event.stage, attempt: event.attempt });
        break;
      case 'stage_finished':
        this.#tell({ kind: 'stage_finished', stage: event.stage, attempt: event.attempt, exitCode: event.exit_code });
        break;
      case 'started':
      case 'finished':
        break;
    }
  }

  #tell(event: JobEvent): void {
    this.#request.onEvent?.(event);
    if (!this.#deps.executor.hooks.jobEvent.isUsed()) return;
    this.#deps.executor.hooks.jobEvent
      .promise(event, this.#job)
      .catch((error: unknown) => this.#logger.error({ error: messageOf(error) }, 'a jobEvent hook failed'));
  }

  async #askAgain(problem: PodProblem): Promise<boolean> {
    const { hooks } = this.#deps.executor;
    let reason: string | undefined;
    await hooks.podFailed.promise(problem, { again: (why) => (reason ??= why) }, this.#job);
    if (reason !== undefined) this.#trace.info(`Trying again: ${reason}`);
    return reason !== undefined;
  }

  /** What the cluster has to say about a Pod that failed, into the trace. */
  async #warnings(namespace: string, name: string, told: ToldWarnings): Promise<void> {
    try {
      const signal = AbortSignal.any([this.#request.kill, AbortSignal.timeout(10_000)]);
      for (const warning of await this.#cluster.podWarnings(namespace, name, signal)) told.late(warning);
    } catch (error) {
      this.#logger.debug({ error: messageOf(error) }, 'the events of the Pod could not be read');
    }
  }

  async #deletePod(namespace: string, name: string, logger: Logger): Promise<void> {
    try {
      await this.#cluster.deletePod(namespace, name, AbortSignal.timeout(cleanupMilliseconds));
    } catch (error) {
      logger.error({ error: messageOf(error) }, 'the Pod could not be deleted');
      this.#trace.warn(`Pod ${namespace}/${name} could not be deleted: ${messageOf(error)}`);
      this.#tell({ kind: 'left_behind', pod: name });
    }
  }

  #preamble(): void {
    const { facts, executor } = this.#deps;
    const { name, token } = executor.runner;
    this.#trace.plain(`Running with podwright ${facts.version}`);
    if (name !== '' || token !== '') this.#trace.plain(`  on ${[name, shortToken(token)].filter(Boolean).join(' ')}`);
    this.#trace.startOwnSection('prepare_executor', 'Preparing the "kubernetes" executor');
  }

  #rejection(error: unknown): JobResult {
    if (this.#request.cancel.aborted) return canceled;
    if (!(error instanceof JobRejectedError)) {
      this.#logger.error({ error: messageOf(error) }, 'the job could not be prepared');
      return failureOf(error);
    }
    const message = error.plugin === undefined ? error.message : `${error.message} (plugin ${error.plugin})`;
    return {
      state: 'failed',
      reason: error.reason,
      message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  }

  #lastWords(result: JobResult): void {
    this.#trace.endOwnSection();
    if (result.state === 'success') {
      this.#trace.info('Job succeeded');
      return;
    }
    if (result.hint !== undefined) this.#trace.plain(`Hint: ${result.hint}`);
    const system = isSystemFailure(result.reason) ? ' (system failure)' : '';
    this.#trace.error(`Job failed${system}: ${result.message}`);
  }
}

/** Eight characters that a Pod's name may have. */
function randomName(): string {
  const characters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 8 }, () => characters.charAt(randomInt(characters.length))).join('');
}
