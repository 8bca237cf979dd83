import type { PlanRequest } from '@podwright/core';
import { filesFolder } from './file-variables.ts';
import { gitConfigFile, subsection, type GitSetting } from './git-config.ts';
import { quote, quoteAll } from './quote.ts';
import { repositoryUrl, type RepositoryUrl } from './repository-url.ts';
import { notice, userCommands } from './script-lines.ts';
import type { SourceOptions } from './source-options.ts';
import { submoduleLines } from './submodules.ts';

/** Credentials for the repository's host, included by `.git/config`, so that they do not end up in an artifact. */
export function credentialsFile(tmpDir: string): string {
  return `${tmpDir}/git-credentials.conf`;
}

/** The script of the stage `get_sources`. */
export function getSourcesScript(request: PlanRequest, options: SourceOptions): string {
  const { projectDir } = request.paths;
  switch (options.strategy) {
    case 'none':
      return lines([notice('Skipping Git repository setup'), `mkdir -p ${quote(projectDir)}`, ...skipRest]);
    case 'empty':
      return lines([
        notice('Skipping Git repository setup and creating an empty build directory'),
        `rm -rf ${quote(projectDir)}`,
        `mkdir -p ${quote(projectDir)}`,
        ...skipRest,
      ]);
    case 'clone':
      return lines([...prepare(request), `rm -rf ${quote(projectDir)}`, ...fetch(request, options)]);
    case 'fetch':
      return lines([...prepare(request), ...fetch(request, options)]);
  }
}

const skipRest = [notice('Skipping Git checkout'), notice('Skipping Git submodules setup')];

/** Settings for every git of this stage, those of submodules included. */
function prepare({ paths, runner, ...request }: PlanRequest): string[] {
  const url = repositoryUrl({ paths, runner, ...request });
  const folder = filesFolder(paths, 'helper');
  const settings: GitSetting[] = [
    { section: 'include', key: 'path', value: '~/.gitconfig' },
    { section: 'include', key: 'path', value: '~/.config/git/config' },
    // The volume may come from an earlier job that ran as somebody else.
    { section: 'safe', key: 'directory', value: '*' },
    ...credentials(url),
    ...tls(url, request.variables, folder),
  ];
  return [
    'export GIT_TERMINAL_PROMPT=0 GCM_INTERACTIVE=Never',
    `mkdir -p ${quote(`${paths.tmpDir}/git-template`)}`,
    `[ -d ${quote(folder)} ] || mkdir -m 700 ${quote(folder)}`,
    `printf %s ${quote(gitConfigFile(settings))} >${quote(`${folder}/gitconfig`)}`,
    `export GIT_CONFIG_GLOBAL=${quote(`${folder}/gitconfig`)}`,
    ...(runner.pre_clone_script === '' ? [] : userCommands([runner.pre_clone_script])),
  ];
}

function credentials({ origin, authenticated }: RepositoryUrl): GitSetting[] {
  if (origin === undefined || authenticated === undefined) return [];
  return [{ section: subsection('url', `${authenticated}/`), key: 'insteadOf', value: `${origin}/` }];
}

/** The coordinator's certificates, for the repository's host only. */
function tls({ origin }: RepositoryUrl, variables: PlanRequest['variables'], folder: string): GitSetting[] {
  if (origin === undefined) return [];
  return (
    [
      ['CI_SERVER_TLS_CA_FILE', 'sslCAInfo'],
      ['CI_SERVER_TLS_CERT_FILE', 'sslCert'],
      ['CI_SERVER_TLS_KEY_FILE', 'sslKey'],
    ] as const
  ).flatMap(([name, key]) => {
    const variable = variables.find(name);
    if (variable === undefined || variable.value === '') return [];
    const value = variable.file === true ? `${folder}/${name}` : variable.value;
    return [{ section: subsection('http', origin), key, value }];
  });
}

function fetch(request: PlanRequest, options: SourceOptions): string[] {
  const { payload } = request;
  const { depth, refspecs } = payload.git_info;
  const depthFlags = depth > 0 ? ['--depth', String(depth)] : [];
  const words = ['fetch', 'origin', '--no-recurse-submodules', ...refspecs, ...depthFlags, ...options.fetchFlags];
  const command = `git -c http.userAgent=podwright ${quoteAll(words)}`;
  return [
    // All LFS files are fetched at once after the checkout.
    ...(options.skipLfs ? [] : ['export GIT_LFS_SKIP_SMUDGE=1']),
    notice(depth > 0 ? `Fetching changes with git depth set to ${depth}...` : 'Fetching changes...'),
    ...repository(request),
    ...(depth > 0
      ? [command]
      : ['if [ -f .git/shallow ]; then', `  ${command} --unshallow`, 'else', `  ${command}`, 'fi']),
    ...checkout(request, options),
    ...submoduleLines(options, payload.git_info),
  ];
}

/** Makes the repository, or makes an old one safe to use: no locks, hooks and settings of an earlier job. */
function repository({ paths, ...request }: PlanRequest): string[] {
  const url = repositoryUrl({ paths, ...request });
  const template = `${paths.tmpDir}/git-template`;
  const included = credentials(url);
  return [
    `if [ -d ${quote(`${paths.projectDir}/.git`)} ]; then`,
    `  cd ${quote(`${paths.projectDir}/.git`)}`,
    '  rm -rf config hooks *.lock',
    "  find refs -name '*.lock' -type f -exec rm -f {} +",
    String.raw`  [ ! -d modules ] || find modules \( -name '*.lock' -type f -o -name hooks -type d \) -prune -exec rm -rf {} +`,
    'else',
    `  ${notice('Created fresh repository.')}`,
    'fi',
    ...(included.length === 0
      ? []
      : [`printf %s ${quote(gitConfigFile(included))} >${quote(credentialsFile(paths.tmpDir))}`]),
    `printf %s ${quote(gitConfigFile(repositorySettings(url, paths.tmpDir)))} >${quote(`${template}/config`)}`,
    `git init --quiet --template ${quote(template)} ${quote(paths.projectDir)}`,
    `cd ${quote(paths.projectDir)}`,
  ];
}

function repositorySettings(url: RepositoryUrl, tmpDir: string): GitSetting[] {
  return [
    { section: 'fetch', key: 'recurseSubmodules', value: 'false' },
    { section: 'credential', key: 'interactive', value: 'never' },
    // A background process would go on changing the repository beside the job's script.
    { section: 'gc', key: 'autoDetach', value: 'false' },
    { section: subsection('remote', 'origin'), key: 'url', value: url.clean },
    { section: subsection('remote', 'origin'), key: 'fetch', value: '+refs/heads/*:refs/remotes/origin/*' },
    ...(url.authenticated === undefined ? [] : [{ section: 'include', key: 'path', value: credentialsFile(tmpDir) }]),
  ];
}

function checkout({ payload }: PlanRequest, options: SourceOptions): string[] {
  if (!options.checkout) return [notice('Skipping Git checkout')];
  const { sha, ref } = payload.git_info;
  return [
    notice(`Checking out ${sha.slice(0, 8)} as detached HEAD (ref is ${ref})...`),
    `git -c submodule.recurse=false checkout -f -q ${quote(sha)}`,
    ...(options.cleanFlags === undefined ? [] : [`git clean ${quoteAll(options.cleanFlags)}`]),
    ...(options.skipLfs ? [] : ['if git lfs version >/dev/null 2>&1; then', '  git lfs pull', '  echo', 'fi']),
  ];
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
