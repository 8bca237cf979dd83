import type { PlanRequest } from '@podwright/core';
import { subsection, type GitSetting } from './git-config.ts';
import { repositoryUrl } from './repository-url.ts';

/** Settings with which git fetches what has an SSH address on the coordinator's host over HTTP(S), as the job. */
export function sshRewrites(request: PlanRequest): GitSetting[] {
  const { variables } = request;
  const base = httpBase(request);
  const host = variables.get('CI_SERVER_SHELL_SSH_HOST') || variables.get('CI_SERVER_HOST');
  if (base === undefined || host === '') return [];
  const port = variables.get('CI_SERVER_SHELL_SSH_PORT');
  if (port !== '' && port !== '22') return [rewrite(base, `ssh://git@${host}:${port}`)];
  return [rewrite(`${base}/`, `git@${host}:`), rewrite(base, `ssh://git@${host}`)];
}

function rewrite(to: string, from: string): GitSetting {
  return { section: subsection('url', to), key: 'insteadOf', value: from };
}

/** URL under which projects are, with user and password, without a slash at the end: of `clone_url`, else of GitLab. */
function httpBase(request: PlanRequest): string | undefined {
  const { runner, variables } = request;
  const { origin, authenticated } = repositoryUrl(request);
  const server = [runner.clone_url, variables.get('CI_SERVER_URL')].find((url) => /^https?:\/\//i.test(url)) ?? '';
  if (!URL.canParse(server)) return authenticated ?? origin;
  const url = new URL(server);
  const [, user = ''] = /\/\/(.*@)/.exec(authenticated ?? '') ?? [];
  return `${url.protocol}//${user}${url.host}${url.pathname}`.replace(/\/$/, '');
}
