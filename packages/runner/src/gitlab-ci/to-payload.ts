import { ConfigError, parseJobPayload, type JobPayload, type Variable } from '@podwright/core';
import { expandNested } from './expand-nested.ts';
import { defaultTimeout, predefinedVariables, projectId } from './predefined-variables.ts';
import type { CiImage, CiJob, CiVariable } from './ci-job.ts';
import type { ProjectFacts } from './project-facts.ts';

/** A `$` in what people wrote into commits and profiles is no reference. */
const freeText = new Set([
  'CI_COMMIT_AUTHOR',
  'CI_COMMIT_DESCRIPTION',
  'CI_COMMIT_MESSAGE',
  'CI_COMMIT_TITLE',
  'GITLAB_USER_NAME',
]);

/** How many commits GitLab lets a job fetch by default. */
const defaultDepth = 20;

/**
 * The payload that GitLab would hand out for the job.
 * @param extra variables that come on top of all others, such as those of the command line
 * @throws ConfigError when a variable cannot be used
 */
export function toPayload(job: CiJob, facts: ProjectFacts, extra: readonly Variable[] = []): JobPayload {
  const variables = payloadVariables(job, facts, extra);
  const { commit, ref, projectPath } = facts;
  return parseJobPayload(
    {
      id: facts.jobId,
      token: facts.token ?? '',
      allow_git_fetch: true,
      job_info: {
        name: job.name,
        stage: job.stage,
        project_id: projectId(projectPath),
        project_name: projectPath.split('/').at(-1),
      },
      git_info: {
        repo_url: facts.repoUrl,
        ref: ref.name,
        sha: commit.sha,
        before_sha: '0'.repeat(commit.sha.length),
        ref_type: ref.type,
        refspecs: facts.refspecs,
        depth: depth(variables),
      },
      runner_info: { timeout: job.timeout ?? defaultTimeout },
      variables,
      steps: steps(job),
      image: job.image && container(job.image),
      services: job.services.map(container),
      artifacts: job.artifacts,
      cache: job.cache,
      features: { trace_sections: true },
    },
    `job ${job.name}`,
  );
}

function payloadVariables(job: CiJob, facts: ProjectFacts, extra: readonly Variable[]): Variable[] {
  const predefined = Object.entries(predefinedVariables(job, facts)).map(([key, value]) => ({
    key,
    value,
    // It may carry a password, as it does on GitLab.
    public: key !== 'CI_REPOSITORY_URL',
    raw: freeText.has(key),
  }));
  const expanded = expandNested([...predefined, ...job.variables.map(variable), ...extra]);
  if ('list' in expanded) return expanded.list;
  const message = 'grows beyond a megabyte when the variables in its value are put in';
  throw new ConfigError(`job ${job.name}`, [{ path: `variables.${expanded.tooLong}`, message, kind: 'invalid' }]);
}

function variable({ key, value, raw }: CiVariable): Variable {
  return { key, value, public: true, raw };
}

function container(image: CiImage): object {
  const variables = image.variables?.map(variable);
  return { ...image, ...(variables && { variables }) };
}

function steps(job: CiJob): object[] {
  const timeout = job.timeout ?? defaultTimeout;
  const script = { name: 'script', script: job.script, timeout, when: 'on_success', allow_failure: false };
  if (job.afterScript.length === 0) return [script];
  return [script, { name: 'after_script', script: job.afterScript, timeout, when: 'always', allow_failure: true }];
}

/** GitLab reads `GIT_DEPTH` itself; 0 is everything. */
function depth(variables: readonly Variable[]): number {
  const given = variables.findLast(({ key }) => key === 'GIT_DEPTH')?.value ?? '';
  return /^\d{1,9}$/.test(given) ? Number(given) : defaultDepth;
}
