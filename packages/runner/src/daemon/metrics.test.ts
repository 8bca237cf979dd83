import { readFileSync } from 'node:fs';
import { defaultRunnerConfig, parseJobPayload, type JobResult } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';
import { runningJob, type RunningJob } from './running-job.ts';

const runner = { ...defaultRunnerConfig([]), name: 'ci', token: 'glrt-0123456789-secret', limit: 3 };
const payload = parseJobPayload(
  { id: 1, job_info: { project_id: 7 }, git_info: {}, steps: [{ name: 'script', script: ['x'] }] },
  'test',
);
const labels = 'runner="012345678",runner_name="ci"';

describe('Metrics', () => {
  it('tell of jobs and settings under the names of GitLab Runner', async () => {
    const jobs = new Set<RunningJob>();
    const metrics = new Metrics(jobs);
    metrics.configured({ concurrent: 9, runners: [{ ...runner, request_concurrency: 0 }] });
    const job = runningJob(payload, runner);
    jobs.add(job);
    metrics.jobStarted(job);
    metrics.stageChanged(job, { kind: 'stage_started', stage: 'get_sources', attempt: 1 });
    metrics.stageChanged(job, { kind: 'stage_finished', stage: 'get_sources', attempt: 1, exitCode: 0 });
    metrics.stageChanged(job, { kind: 'stage_started', stage: 'step_script', attempt: 1 });
    metrics.onAnswer(runner, { endpoint: 'patch_trace', status: 202 });
    metrics.onAnswer(runner, { endpoint: 'request_job', status: -1 });
    const failed: JobResult = { state: 'failed', reason: 'script_failure', message: '' };
    metrics.jobEnded(job, failed, 45);
    const text = await metrics.registry.metrics();
    for (const line of [
      'gitlab_runner_concurrent 9',
      `gitlab_runner_limit{${labels}} 3`,
      `gitlab_runner_request_concurrency{${labels}} 1`,
      `gitlab_runner_jobs_total{${labels}} 1`,
      `gitlab_runner_failed_jobs_total{${labels},failure_reason="script_failure"} 1`,
      `gitlab_runner_job_duration_seconds_bucket{le="60",${labels}} 1`,
      `podwright_job_start_duration_seconds_count{${labels}} 1`,
      `podwright_stage_duration_seconds_count{${labels},stage="get_sources"} 1`,
      `gitlab_runner_api_request_statuses_total{${labels},endpoint="patch_trace",status="202"} 1`,
      `gitlab_runner_api_request_statuses_total{${labels},endpoint="request_job",status="-1"} 1`,
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]\d{6,}$/m);
    expect(text).toMatch(/^# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total [\d.]+$/m);
    expect(text).not.toContain('secret');
  });

  it('forget the settings of runners that are gone', async () => {
    const metrics = new Metrics(new Set());
    metrics.configured({ concurrent: 1, runners: [runner] });
    metrics.configured({ concurrent: 1, runners: [] });
    expect(await metrics.registry.metrics()).not.toContain('runner_name="ci"');
  });
});

interface Dashboard {
  readonly panels: readonly { readonly id: number; readonly targets: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

describe('deploy/grafana/podwright.json', () => {
  const file = new URL('../../../../deploy/grafana/podwright.json', import.meta.url);
  const dashboard = JSON.parse(readFileSync(file, 'utf8')) as Dashboard;
  const expressions = [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
  ];
  const named = new Set(expressions.flatMap((expr) => expr.match(/\b(?:gitlab|podwright|process|nodejs)_\w+/g) ?? []));

  it('asks for metrics that there are, and for all of podwright', () => {
    const there = new Metrics(new Set()).registry.getMetricsAsArray().map(({ name }) => name);
    const asked = [...named].map((name) => name.replace(/_bucket$/, ''));
    expect(asked.filter((name) => !there.includes(name))).toEqual([]);
    expect(there.filter((name) => !asked.includes(name))).toEqual(['process_start_time_seconds']);
  });

  it('has panels with ids of their own, and variables for all that is written with $', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const variables = new Set([...dashboard.templating.list.map(({ name }) => name), '__rate_interval', '__all']);
    const used = readFileSync(file, 'utf8').matchAll(/\$\{?(\w+)/g);
    expect([...used].map(([, name = '']) => name).filter((name) => !variables.has(name))).toEqual([]);
  });
});
