import type { RequestInfo } from '@podwright/cluster';
import { shortToken, type Config, type JobEvent, type JobResult, type RunnerConfig } from '@podwright/core';
import type { AnswerInfo } from '@podwright/gitlab';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { version } from '../version.ts';
import { addProcessMetrics } from './process-metrics.ts';
import type { RunningJob } from './running-job.ts';

/** GitLab Runner's buckets for the time that jobs take, in seconds. */
const jobBuckets = [30, 60, 300, 600, 1800, 3600, 7200, 10800, 18000, 36000];
const startBuckets = [0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600];
const stageBuckets = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000];

/** GitLab Runner's: `runner` is the part of the token that may be shown. */
const ofRunner = ['runner', 'runner_name'] as const;
type OfRunner = Record<(typeof ofRunner)[number], string>;

/** What Prometheus is told: GitLab Runner's names where the meaning is the same, else names that begin with `podwright_`. */
export class Metrics {
  readonly registry = new Registry();
  private readonly stages = new Map<RunningJob, number>();
  /** Those whose first stage has begun. */
  private readonly begun = new WeakSet<RunningJob>();
  private readonly jobs = this.counter('gitlab_runner_jobs_total', 'Jobs that were begun.', ofRunner);
  private readonly failed = this.counter('gitlab_runner_failed_jobs_total', 'Jobs that failed, by reason.', [
    ...ofRunner,
    'failure_reason',
  ]);
  private readonly durations = new Histogram({
    name: 'gitlab_runner_job_duration_seconds',
    help: 'Seconds from a job handed out to its end.',
    labelNames: ofRunner,
    buckets: jobBuckets,
    registers: [this.registry],
  });
  private readonly stageDurations = new Histogram({
    name: 'podwright_stage_duration_seconds',
    help: 'Seconds that the stages of jobs took, all attempts counted on their own.',
    labelNames: [...ofRunner, 'stage'] as const,
    buckets: stageBuckets,
    registers: [this.registry],
  });
  private readonly starts = new Histogram({
    name: 'podwright_job_start_duration_seconds',
    help: 'Seconds from a job handed out to the start of its first stage.',
    labelNames: ofRunner,
    buckets: startBuckets,
    registers: [this.registry],
  });
  private readonly answers = this.counter(
    'gitlab_runner_api_request_statuses_total',
    'Requests to GitLab about jobs, by HTTP status (-1: no answer).',
    [...ofRunner, 'endpoint', 'status'],
  );
  private readonly limits = new Gauge({
    name: 'gitlab_runner_limit',
    help: 'The setting "limit"; 0 means none.',
    labelNames: ofRunner,
    registers: [this.registry],
  });
  private readonly requestConcurrency = new Gauge({
    name: 'gitlab_runner_request_concurrency',
    help: 'The setting "request_concurrency".',
    labelNames: ofRunner,
    registers: [this.registry],
  });
  private readonly apiRequests = this.counter(
    'podwright_kubernetes_requests_total',
    'Requests to the Kubernetes API, by verb, resource and HTTP status (0: no answer).',
    ['verb', 'resource', 'status'],
  );
  private readonly sweptPods = this.counter(
    'podwright_swept_pods_total',
    'Pods that were left behind and removed.',
    [],
  );
  private readonly concurrent = new Gauge({
    name: 'gitlab_runner_concurrent',
    help: 'The setting "concurrent".',
    registers: [this.registry],
  });
  private readonly loads = this.counter('gitlab_runner_configuration_loaded_total', 'Configurations put to work.', []);
  private readonly loadErrors = this.counter(
    'gitlab_runner_configuration_loading_error_total',
    'Configurations that were refused.',
    [],
  );

  /** @param running the jobs that run now */
  constructor(running: ReadonlySet<RunningJob>) {
    const info = new Gauge({
      name: 'gitlab_runner_version_info',
      help: 'Always 1; the version is a label.',
      labelNames: ['version'] as const,
      registers: [this.registry],
    });
    info.set({ version }, 1);
    const jobs = new Gauge({
      name: 'gitlab_runner_jobs',
      help: 'Jobs that run now, by stage.',
      labelNames: [...ofRunner, 'executor', 'executor_stage', 'stage', 'state'] as const,
      registers: [],
      collect() {
        this.reset();
        for (const job of running) this.inc({ ...labelsOf(job), ...stateOf(job) });
      },
    });
    this.registry.registerMetric(jobs);
    addProcessMetrics(this.registry);
  }

  configured({ concurrent, runners }: Pick<Config, 'concurrent' | 'runners'>): void {
    this.loads.inc();
    this.concurrent.set(concurrent);
    this.limits.reset();
    this.requestConcurrency.reset();
    for (const runner of runners) {
      const labels = labelsOfRunner(runner);
      this.limits.set(labels, runner.limit);
      this.requestConcurrency.set(labels, Math.max(1, runner.request_concurrency));
    }
  }

  refused(): void {
    this.loadErrors.inc();
  }

  jobStarted(job: RunningJob): void {
    this.jobs.inc(labelsOf(job));
  }

  stageChanged(job: RunningJob, event: JobEvent & { readonly kind: 'stage_started' | 'stage_finished' }): void {
    this.firstStage(job);
    const begun = this.stages.get(job);
    this.stages.delete(job);
    if (event.kind === 'stage_started') this.stages.set(job, Date.now());
    else if (begun !== undefined) {
      this.stageDurations.observe({ ...labelsOf(job), stage: event.stage }, (Date.now() - begun) / 1000);
    }
  }

  jobEnded(job: RunningJob, result: JobResult, seconds: number): void {
    const labels = labelsOf(job);
    this.stages.delete(job);
    this.durations.observe(labels, seconds);
    if (result.state === 'failed') this.failed.inc({ ...labels, failure_reason: result.reason });
  }

  readonly onAnswer = (runner: RunnerConfig, { endpoint, status }: AnswerInfo): void => {
    this.answers.inc({ ...labelsOfRunner(runner), endpoint, status });
  };

  readonly onRequest = ({ verb, resource, status = 0 }: RequestInfo): void => {
    this.apiRequests.inc({ verb, resource, status });
  };

  readonly swept = (): void => this.sweptPods.inc();

  private firstStage(job: RunningJob): void {
    if (this.begun.has(job)) return;
    this.begun.add(job);
    this.starts.observe(labelsOf(job), (Date.now() - job.begun.getTime()) / 1000);
  }

  private counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }
}

function labelsOf({ runner, shortToken: token }: RunningJob): OfRunner {
  return { runner: token, runner_name: runner };
}

function labelsOfRunner({ name, token }: RunnerConfig): OfRunner {
  return { runner: shortToken(token), runner_name: name };
}

function stateOf({ stage, pod }: RunningJob): Record<string, string> {
  return { executor: 'kubernetes', executor_stage: pod === '' ? 'prepare' : 'run', stage, state: 'running' };
}
