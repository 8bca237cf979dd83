import { expand, type Variables } from '@podwright/core';

/**
 * GitLab's helper image: git, git-lfs and a shell. As in GitLab Runner 13.11 it is the one for x86_64, because the
 * architecture of the node is not known before the Pod is scheduled.
 */
export const defaultHelperImage = 'registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v19.3.1';

/** The only variables that `helper_image` may refer to: a job cannot choose the image of the helper. */
const allowed = new Set(['CI_RUNNER_VERSION', 'CI_RUNNER_REVISION', 'CI_RUNNER_EXECUTABLE_ARCH']);

/**
 * Chooses the image of the helper container.
 * @param configured `helper_image` of the configuration; empty when it is not set
 */
export function helperImage(configured: string, variables: Variables): string {
  if (configured === '') return defaultHelperImage;
  return expand(configured, (name) => (allowed.has(name) ? variables.get(name) : ''));
}
