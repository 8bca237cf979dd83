import { createHash } from 'node:crypto';
import type { CiJob } from './ci-job.ts';
import type { ProjectFacts } from './project-facts.ts';

/** Seconds that GitLab gives a job when neither project nor file says otherwise. */
export const defaultTimeout = 3600;

/**
 * The `CI_*` variables that GitLab would set, by name. Left out is what only a server knows, such as tokens, the
 * registry and merge requests.
 */
export function predefinedVariables(job: CiJob, facts: ProjectFacts): Record<string, string> {
  return {
    CI: 'true',
    GITLAB_CI: 'true',
    ...serverVariables(facts),
    ...projectVariables(facts),
    ...pipelineVariables(facts),
    ...commitVariables(facts),
    ...jobVariables(job, facts),
    GITLAB_USER_NAME: facts.user.name,
    GITLAB_USER_EMAIL: facts.user.email,
    GITLAB_USER_LOGIN: slug(facts.user.name),
  };
}

/** GitLab's `*_SLUG`: lower case, 63 characters at most, nothing but `a-z0-9` and dashes, none at either end. */
export function slug(text: string): string {
  const cut = text
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '-')
    .slice(0, 63);
  const start = cut.search(/[^-]/);
  if (start === -1) return '';
  let end = cut.length;
  while (cut[end - 1] === '-') end -= 1;
  return cut.slice(start, end);
}

/** A number for a project that has none: the same one for the same path. */
export function projectId(path: string): number {
  return createHash('sha256').update(path).digest().readUInt32BE() >>> 1;
}

function serverVariables({ serverUrl }: ProjectFacts): Record<string, string> {
  const url = new URL(serverUrl);
  const protocol = url.protocol.replace(':', '');
  const port = url.port || (protocol === 'https' ? '443' : '80');
  return {
    CI_SERVER: 'yes',
    CI_SERVER_NAME: 'GitLab',
    CI_SERVER_URL: serverUrl,
    CI_SERVER_FQDN: url.host,
    CI_SERVER_HOST: url.hostname,
    CI_SERVER_PORT: port,
    CI_SERVER_PROTOCOL: protocol,
    CI_API_V4_URL: `${serverUrl}/api/v4`,
    CI_API_GRAPHQL_URL: `${serverUrl}/api/graphql`,
  };
}

function projectVariables({ projectPath, serverUrl, defaultBranch, repoUrl }: ProjectFacts): Record<string, string> {
  const at = projectPath.lastIndexOf('/');
  const name = projectPath.slice(at + 1);
  const namespace = projectPath.slice(0, Math.max(at, 0));
  return {
    CI_PROJECT_ID: String(projectId(projectPath)),
    CI_PROJECT_NAME: name,
    CI_PROJECT_TITLE: name,
    CI_PROJECT_PATH: projectPath,
    CI_PROJECT_PATH_SLUG: slug(projectPath),
    CI_PROJECT_NAMESPACE: namespace,
    CI_PROJECT_NAMESPACE_SLUG: slug(namespace),
    CI_PROJECT_ROOT_NAMESPACE: namespace.split('/')[0] ?? '',
    CI_PROJECT_URL: `${serverUrl}/${projectPath}`,
    CI_PROJECT_VISIBILITY: 'private',
    CI_DEFAULT_BRANCH: defaultBranch,
    CI_REPOSITORY_URL: repoUrl,
  };
}

function pipelineVariables({ jobId, projectPath, serverUrl, now }: ProjectFacts): Record<string, string> {
  return {
    CI_PIPELINE_ID: String(jobId),
    CI_PIPELINE_IID: '1',
    CI_PIPELINE_SOURCE: 'push',
    CI_PIPELINE_URL: `${serverUrl}/${projectPath}/-/pipelines/${jobId}`,
    CI_PIPELINE_CREATED_AT: isoSeconds(now),
  };
}

function commitVariables({ commit, ref, defaultBranch }: ProjectFacts): Record<string, string> {
  const [title = '', ...rest] = commit.message.split('\n');
  return {
    CI_COMMIT_SHA: commit.sha,
    CI_COMMIT_SHORT_SHA: commit.sha.slice(0, 8),
    CI_COMMIT_BEFORE_SHA: '0'.repeat(commit.sha.length),
    CI_COMMIT_REF_NAME: ref.name,
    CI_COMMIT_REF_SLUG: slug(ref.name),
    CI_COMMIT_REF_PROTECTED: 'false',
    ...(ref.type === 'tag' ? { CI_COMMIT_TAG: ref.name } : { CI_COMMIT_BRANCH: ref.name }),
    CI_COMMIT_MESSAGE: commit.message,
    CI_COMMIT_TITLE: title,
    CI_COMMIT_DESCRIPTION: title.length < 100 ? rest.join('\n').trimStart() : commit.message,
    CI_COMMIT_AUTHOR: commit.author,
    CI_COMMIT_TIMESTAMP: commit.timestamp,
    ...(defaultBranch === '' ? { CI_DEFAULT_BRANCH: ref.name } : {}),
  };
}

function jobVariables(job: CiJob, { jobId, projectPath, serverUrl, now }: ProjectFacts): Record<string, string> {
  return {
    CI_JOB_ID: String(jobId),
    CI_JOB_NAME: job.name,
    CI_JOB_NAME_SLUG: slug(job.name),
    CI_JOB_STAGE: job.stage,
    CI_JOB_URL: `${serverUrl}/${projectPath}/-/jobs/${jobId}`,
    CI_JOB_STARTED_AT: isoSeconds(now),
    CI_JOB_TIMEOUT: String(job.timeout ?? defaultTimeout),
    CI_NODE_TOTAL: String(job.parallel ?? 1),
    ...(job.parallel === undefined ? {} : { CI_NODE_INDEX: '1' }),
    ...environmentVariables(job.environment),
  };
}

function environmentVariables(environment: CiJob['environment']): Record<string, string> {
  if (environment === undefined) return {};
  return {
    CI_ENVIRONMENT_NAME: environment.name,
    CI_ENVIRONMENT_ACTION: environment.action ?? 'start',
    ...(environment.url === undefined ? {} : { CI_ENVIRONMENT_URL: environment.url }),
  };
}

function isoSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
