import type { PlanRequest } from '@podwright/core';
import { gitConfigFile, subsection, type GitSetting } from './git-config.ts';
import { quote } from './quote.ts';
import { repositoryUrl, type RepositoryUrl } from './repository-url.ts';
import { notice } from './script-lines.ts';

/** Credentials for the repository's host, included by `.git/config`, so that they do not end up in an artifact. */
export function credentialsFile(tmpDir: string): string {
  return `${tmpDir}/git-credentials.conf`;
}

/** Makes the repository, or makes an old one safe to use: no locks, hooks and settings of an earlier job. */
export function repositoryLines(request: PlanRequest): string[] {
  const { paths } = request;
  const url = repositoryUrl(request);
  return [
    `if [ -d ${quote(`${paths.projectDir}/.git`)} ]; then`,
    `  cd ${quote(`${paths.projectDir}/.git`)}`,
    '  rm -rf config hooks *.lock',
    "  find refs -name '*.lock' -type f -exec rm -f {} +",
    String.raw`  [ ! -d modules ] || find modules \( -name '*.lock' -type f -o -name hooks -type d \) -prune -exec rm -rf {} +`,
    'else',
    `  ${notice('Created fresh repository.')}`,
    'fi',
    ...templateLines(request, [...repositorySettings(url, paths.tmpDir), ...remoteSettings(url)]),
    `git init --quiet --template ${quote(templateFolder(paths.tmpDir))} ${quote(paths.projectDir)}`,
    `cd ${quote(paths.projectDir)}`,
  ];
}

/** Where the template of the repository is made. */
export function templateFolder(tmpDir: string): string {
  return `${tmpDir}/git-template`;
}

/** Writes the template of the repository's configuration, and the credentials that it includes. */
export function templateLines(request: PlanRequest, settings: readonly GitSetting[]): string[] {
  const { tmpDir } = request.paths;
  const included = credentials(repositoryUrl(request));
  return [
    ...(included.length === 0 ? [] : [writeConfig(included, credentialsFile(tmpDir))]),
    writeConfig(settings, `${templateFolder(tmpDir)}/config`),
  ];
}

/** What is set in the repository, besides its remote. */
export function repositorySettings(url: RepositoryUrl, tmpDir: string): GitSetting[] {
  return [
    { section: 'fetch', key: 'recurseSubmodules', value: 'false' },
    { section: 'credential', key: 'interactive', value: 'never' },
    // A background process would go on changing the repository beside the job's script.
    { section: 'gc', key: 'autoDetach', value: 'false' },
    ...(url.authenticated === undefined ? [] : [{ section: 'include', key: 'path', value: credentialsFile(tmpDir) }]),
  ];
}

function remoteSettings(url: RepositoryUrl): GitSetting[] {
  const section = subsection('remote', 'origin');
  return [
    { section, key: 'url', value: url.clean },
    { section, key: 'fetch', value: '+refs/heads/*:refs/remotes/origin/*' },
  ];
}

/** Makes git use user and password of the repository's URL for its host. */
export function credentials({ origin, authenticated }: RepositoryUrl): GitSetting[] {
  if (origin === undefined || authenticated === undefined) return [];
  return [{ section: subsection('url', `${authenticated}/`), key: 'insteadOf', value: `${origin}/` }];
}

/** Writes a git configuration file. */
export function writeConfig(settings: readonly GitSetting[], file: string): string {
  return `printf %s ${quote(gitConfigFile(settings))} >${quote(file)}`;
}
