import type { CiJob } from './ci-job.ts';
import type { CiValue } from './value.ts';

/**
 * The jobs whose artifacts GitLab would put into the project directory: those of `dependencies`, else of `needs`,
 * else of all earlier stages. Names that the file does not have are reported.
 */
export function expectedArtifacts(
  job: CiJob,
  value: CiValue,
  jobs: readonly CiJob[],
  stages: readonly string[],
): readonly string[] {
  const byName = new Map(jobs.map((other) => [other.name, other]));
  const needs = readNeeds(value, byName);
  const dependencies = readDependencies(value, byName);
  const names = dependencies ?? needs ?? earlierJobs(job, jobs, stages);
  return names.filter((name) => byName.get(name)?.artifacts.some((artifact) => artifact.artifact_type === 'archive'));
}

function earlierJobs(job: CiJob, jobs: readonly CiJob[], stages: readonly string[]): string[] {
  const at = stages.indexOf(job.stage);
  return jobs.filter((other) => stages.indexOf(other.stage) < at).map((other) => other.name);
}

function readDependencies(value: CiValue, byName: ReadonlyMap<string, CiJob>): string[] | undefined {
  return value
    .get('dependencies')
    ?.items()
    ?.flatMap((item) => knownName(item, byName) ?? []);
}

function readNeeds(value: CiValue, byName: ReadonlyMap<string, CiJob>): string[] | undefined {
  return value
    .get('needs')
    ?.items()
    ?.flatMap((item) => {
      if (item.node.kind !== 'map') return knownName(item, byName) ?? [];
      const isElsewhere = item.get('pipeline') !== undefined || item.get('project') !== undefined;
      const job = item.get('job');
      if (isElsewhere || job === undefined) return [];
      const name = item.get('optional')?.boolean() === true ? job.string() : knownName(job, byName);
      return name === undefined || item.get('artifacts')?.boolean() === false ? [] : [name];
    });
}

function knownName(value: CiValue, byName: ReadonlyMap<string, CiJob>): string | undefined {
  const name = value.string();
  if (name === undefined || byName.has(name)) return name;
  return value.report(`there is no job ${JSON.stringify(name)} in this file`);
}
