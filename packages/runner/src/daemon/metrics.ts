import type { RequestInfo } from '@podwright/cluster';
import type { JobEvent, JobResult } from '@podwright/core';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { version } from '../version.ts';
import type { RunningJob } from './running-job.ts';

/** GitLab Runner's buckets for the time that jobs take, in seconds. */
const jobBuckets = [30, 60, 300, 600, 1800, 3600, 7200, 10800, 18000, 36000];
const stageBuckets = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000];

/** What Prometheus is told: GitLab Runner's names where the meaning is the same, else names that begin with `podwright_`. */
export class Metrics {
  readonly registry = new Registry();
  private readonly stages = new Map<RunningJob, number>();
  private readonly jobs = this.counter('gitlab_runner_jobs_total', 'Jobs that were begun.', ['runner']);
  private readonly failed = this.counter('gitlab_runner_failed_jobs_total', 'Jobs that failed, by reason.', [
    'runner',
    'failure_reason',
  ]);
  private readonly durations = new Histogram({
    name: 'gitlab_runner_job_duration_seconds',
    help: 'Seconds from a job handed out to its end.',
    labelNames: ['runner'] as const,
    buckets: jobBuckets,
    registers: [this.registry],
  });
  private readonly stageDurations = new Histogram({
    name: 'podwright_stage_duration_seconds',
    help: 'Seconds that the stages of jobs took, all attempts counted on their own.',
    labelNames: ['runner', 'stage'] as const,
    buckets: stageBuckets,
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
      labelNames: ['runner', 'executor', 'executor_stage', 'stage', 'state'] as const,
      registers: [],
      collect() {
        this.reset();
        for (const job of running) this.inc(labelsOf(job));
      },
    });
    this.registry.registerMetric(jobs);
  }

  configured(concurrent: number): void {
    this.loads.inc();
    this.concurrent.set(concurrent);
  }

  refused(): void {
    this.loadErrors.inc();
  }

  jobStarted({ runner }: RunningJob): void {
    this.jobs.inc({ runner });
  }

  stageChanged(job: RunningJob, event: JobEvent & { readonly kind: 'stage_started' | 'stage_finished' }): void {
    const begun = this.stages.get(job);
    this.stages.delete(job);
    if (event.kind === 'stage_started') this.stages.set(job, Date.now());
    else if (begun !== undefined) {
      this.stageDurations.observe({ runner: job.runner, stage: event.stage }, (Date.now() - begun) / 1000);
    }
  }

  jobEnded(job: RunningJob, result: JobResult, seconds: number): void {
    const { runner } = job;
    this.stages.delete(job);
    this.durations.observe({ runner }, seconds);
    if (result.state === 'failed') this.failed.inc({ runner, failure_reason: result.reason });
  }

  readonly onRequest = ({ verb, resource, status = 0 }: RequestInfo): void => {
    this.apiRequests.inc({ verb, resource, status });
  };

  readonly swept = (): void => this.sweptPods.inc();

  private counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }
}

function labelsOf({ runner, stage, pod }: RunningJob): Record<string, string> {
  const executorStage = pod === '' ? 'prepare' : 'run';
  return { runner, executor: 'kubernetes', executor_stage: executorStage, stage, state: 'running' };
}
