import { ConfigError, unknownKey } from '@podwright/core';
import { readScope, rootValue, type CiScope } from './ci-scope.ts';
import { expectedArtifacts } from './expected-artifacts.ts';
import { globalKeywords } from './keywords.ts';
import { parseYaml } from './parse-yaml.ts';
import { CiProblems } from './problems.ts';
import { readJob, type ReadJob } from './read-job.ts';
import { resolveExtends } from './resolve-extends.ts';
import { resolveReferences } from './resolve-references.ts';
import type { CiJob } from './ci-job.ts';
import type { CiValue } from './value.ts';

/**
 * Reads a `.gitlab-ci.yml` and gives the job that is to run.
 * @param file how the file is called in messages
 * @param jobName may be left out where the file has a single job
 * @throws ConfigError with all problems of the file, and with keywords that the job uses and that are not supported
 */
export function readCiFile(text: string, file: string, jobName?: string): CiJob {
  const problems = new CiProblems(file);
  const parsed = parseYaml(text, problems);
  if (parsed === undefined) {
    problems.throwIfAny();
    throw new ConfigError(file, [{ path: file, message: 'is empty', kind: 'invalid' }]);
  }
  const extended = resolveExtends(parsed, problems);
  const root = rootValue(resolveReferences(extended, problems), problems);
  const scope = readScope(root);
  const jobs = readJobs(root, scope);
  const chosen = chooseJob(jobs, jobName);
  chosen?.reportUnsupported();
  problems.throwIfAny();
  if (chosen === undefined) throw choiceError(file, jobs, scope, jobName);
  return chosen.job;
}

function readJobs(root: CiValue, scope: CiScope): ReadJob[] {
  const found = (root.entries() ?? [])
    .filter(([name]) => !name.startsWith('.') && !globalKeywords.includes(name))
    .flatMap(([name, value]) => {
      const read = readJob(name, value, scope);
      return read === undefined ? [] : [{ read, value }];
    });
  const jobs = found.map(({ read }) => read.job);
  return found.map(({ read, value }) => {
    const expectsArtifactsOf = expectedArtifacts(read.job, value, jobs, scope.stages);
    return { ...read, job: { ...read.job, expectsArtifactsOf } };
  });
}

function chooseJob(jobs: readonly ReadJob[], name: string | undefined): ReadJob | undefined {
  if (name === undefined) return jobs.length === 1 ? jobs[0] : undefined;
  return jobs.find(({ job }) => job.name === name);
}

function choiceError(file: string, jobs: readonly ReadJob[], scope: CiScope, name: string | undefined): ConfigError {
  const names = jobs
    .map(({ job }) => job)
    .toSorted((a, b) => scope.stages.indexOf(a.stage) - scope.stages.indexOf(b.stage))
    .map((job) => job.name);
  return new ConfigError(file, [{ path: file, message: choiceMessage(names, name), kind: 'invalid' }]);
}

function choiceMessage(names: readonly string[], name: string | undefined): string {
  if (names.length === 0) return 'has no job';
  const list = names.join(', ');
  if (name === undefined) return `has several jobs, name the one to run: ${list}`;
  const guess = unknownKey('', name, names).message.replace('unknown key', '');
  return `has no job ${JSON.stringify(name)}${guess}; the jobs are ${list}`;
}
