import { posix } from 'node:path';
import {
  ConfigError,
  Variables,
  podPaths,
  shownText,
  type JobPaths,
  type JobPayload,
  type RunnerConfig,
} from '@podwright/core';

/**
 * Where things are inside the job's containers.
 * @param root put before every default: containers without file systems of their own need a directory for each job;
 *   empty for containers that have one
 * @throws ConfigError for a directory that is not absolute, for a `GIT_CLONE_PATH` outside of the builds directory, and
 *   for any where the runner has `custom_build_dir` disabled
 */
export function jobPaths(payload: JobPayload, runner: RunnerConfig, root: string): JobPaths {
  const path = projectPath(payload);
  const buildsDir = absolute(runner.builds_dir || `${root}/builds`, 'builds_dir');
  const cacheDir = absolute(runner.cache_dir || `${root}/cache`, 'cache_dir');
  const projectDir = clonePath(payload, runner, buildsDir) ?? posix.join(buildsDir, path);
  return {
    buildsDir,
    projectDir,
    tmpDir: `${projectDir}.tmp`,
    cacheDir: posix.join(cacheDir, path),
    ...(root === '' ? podPaths : { jobDir: `${root}/job`, controlDir: `${root}/control` }),
  };
}

function absolute(path: string, key: string): string {
  if (path.startsWith('/')) return posix.normalize(path).replace(/(?<=.)\/$/, '');
  const problem = { path: `runners.${key}`, message: `${JSON.stringify(path)} must be an absolute path` };
  throw new ConfigError('configuration', [{ ...problem, kind: 'invalid' }]);
}

/** `group/project`, from the repository's URL as GitLab Runner takes it. */
function projectPath(payload: JobPayload): string {
  const named = new Variables(payload.variables).get('CI_PROJECT_PATH');
  if (isInside(named)) return named;
  const { repo_url: url } = payload.git_info;
  const path = URL.canParse(url) ? new URL(url).pathname.replace(/^\/+/, '').replace(/\.git$/, '') : '';
  return isInside(path) ? path : `project-${payload.job_info.project_id}`;
}

function isInside(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..');
}

function clonePath(payload: JobPayload, runner: RunnerConfig, buildsDir: string): string | undefined {
  const list = [...payload.variables, { key: 'CI_BUILDS_DIR', value: buildsDir }];
  const variables = new Variables(list, [payload.token]).expanded();
  const given = variables.get('GIT_CLONE_PATH');
  if (given === '') return undefined;
  const path = posix.normalize(given);
  if (!runner.custom_build_dir.enabled)
    throw clonePathError('is not allowed: the runner has custom_build_dir disabled');
  if (path.startsWith(`${buildsDir}/`)) return path.replace(/\/$/, '');
  throw clonePathError(
    `${JSON.stringify(shownText(given, variables))} is not inside of ${buildsDir}: begin it with $CI_BUILDS_DIR`,
  );
}

function clonePathError(message: string): ConfigError {
  return new ConfigError('job', [{ path: 'variables.GIT_CLONE_PATH', message, kind: 'invalid' }]);
}
