import type { PlanRequest } from '@podwright/core';

/** Where the sources come from. */
export interface RepositoryUrl {
  /** Without user and password: this one is kept in `.git/config`. */
  readonly clean: string;
  /** Scheme, host and port, of http(s) only. */
  readonly origin?: string;
  /** `origin` with user and password, where the URL has them. */
  readonly authenticated?: string;
}

/** The repository's URL: `repo_url` of the job, or made of the runner's `clone_url`. */
export function repositoryUrl(request: PlanRequest): RepositoryUrl {
  const text = cloneUrl(request) ?? request.payload.git_info.repo_url;
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { clean: text };
  const user = url.password === '' ? url.username : `${url.username}:${url.password}`;
  if (user === '') return { clean: text, origin: url.origin };
  const authenticated = url.origin.replace('://', `://${user}@`);
  return { clean: url.origin + url.pathname + url.search, origin: url.origin, authenticated };
}

function cloneUrl({ runner, variables }: PlanRequest): string | undefined {
  const base = /^(https?:\/\/)(.*?)\/*$/.exec(runner.clone_url);
  if (base === null) return undefined;
  const [, scheme = '', rest = ''] = base;
  return `${scheme}gitlab-ci-token:${variables.get('CI_JOB_TOKEN')}@${rest}/${variables.get('CI_PROJECT_PATH')}.git`;
}
