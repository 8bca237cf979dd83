import type { PlanRequest } from '@podwright/core';
import { cloneLines } from './clone.ts';
import { filesFolder } from './file-variables.ts';
import { subsection, type GitSetting } from './git-config.ts';
import { postGetSourcesLines, preGetSourcesLines } from './hooks.ts';
import { quote, quoteAll } from './quote.ts';
import { repositoryUrl, type RepositoryUrl } from './repository-url.ts';
import {
  credentials,
  repositoryLines,
  repositorySettings,
  templateFolder,
  templateLines,
  writeConfig,
} from './repository.ts';
import { notice, warning } from './script-lines.ts';
import type { SourceOptions } from './source-options.ts';
import { sshRewrites } from './ssh-rewrites.ts';
import { submoduleLines } from './submodules.ts';

/** The script of the stage `get_sources`. */
export function getSourcesScript(request: PlanRequest, options: SourceOptions): string {
  const { projectDir } = request.paths;
  switch (options.strategy) {
    case 'none': {
      const there = `[ -d ${quote(projectDir)} ]`;
      const make = `${there} || mkdir -p ${quote(projectDir)}`;
      return lines([notice('Skipping Git repository setup'), make, ...skipRest, there]);
    }
    case 'empty':
      return lines([
        notice('Skipping Git repository setup and creating an empty build directory'),
        `rm -rf ${quote(projectDir)}`,
        `mkdir -p ${quote(projectDir)}`,
        ...skipRest,
      ]);
    case 'clone':
      return lines([...prepare(request, options), `rm -rf ${quote(projectDir)}`, ...sources(request, options)]);
    case 'fetch':
      return lines([...prepare(request, options), ...sources(request, options)]);
  }
}

const skipRest = [notice('Skipping Git checkout'), notice('Skipping Git submodules setup')];

/** Settings for every git of this stage, those of submodules included. */
function prepare(request: PlanRequest, { submodules }: SourceOptions): string[] {
  const { paths, variables } = request;
  const url = repositoryUrl(request);
  const folder = filesFolder(paths, 'helper');
  const settings: GitSetting[] = [
    { section: 'include', key: 'path', value: '~/.gitconfig' },
    { section: 'include', key: 'path', value: '~/.config/git/config' },
    // The volume may come from an earlier job that ran as somebody else.
    { section: 'safe', key: 'directory', value: '*' },
    ...credentials(url),
    ...(submodules.forceHttps ? sshRewrites(request) : []),
    ...tls(url, variables, folder),
  ];
  return [
    'export GIT_TERMINAL_PROMPT=0 GCM_INTERACTIVE=Never',
    `mkdir -p ${quote(templateFolder(paths.tmpDir))}`,
    `[ -d ${quote(folder)} ] || mkdir -m 700 ${quote(folder)}`,
    writeConfig(settings, `${folder}/gitconfig`),
    `export GIT_CONFIG_GLOBAL=${quote(`${folder}/gitconfig`)}`,
    ...preGetSourcesLines(request),
  ];
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

function sources(request: PlanRequest, options: SourceOptions): string[] {
  return [
    // All LFS files are fetched at once after the checkout.
    ...(options.skipLfs ? [] : ['export GIT_LFS_SKIP_SMUDGE=1']),
    ...cloneOrFetch(request, options),
    ...checkout(request, options),
    ...submoduleLines(options),
    ...postGetSourcesLines(request),
  ];
}

function cloneOrFetch(request: PlanRequest, options: SourceOptions): string[] {
  const { depth } = request.payload.git_info;
  const { tmpDir } = request.paths;
  const fetch = fetchLines(request, options);
  const otherwise = [
    notice(depth > 0 ? `Fetching changes with git depth set to ${depth}...` : 'Fetching changes...'),
    ...repositoryLines(request),
    ...fetch,
  ];
  if (options.strategy === 'clone' && options.nativeClone) {
    const settings = templateLines(request, repositorySettings(repositoryUrl(request), tmpDir));
    return [...settings, ...cloneLines(request, options, templateFolder(tmpDir), { otherwise, fetch })];
  }
  const ignored = 'GIT_CLONE_EXTRA_FLAGS is ignored: it needs FF_USE_GIT_NATIVE_CLONE and GIT_STRATEGY clone';
  return [...(options.cloneFlags.length > 0 ? [warning(`WARNING: ${ignored}`)] : []), ...otherwise];
}

function fetchLines({ payload }: PlanRequest, options: SourceOptions): string[] {
  const { depth, refspecs } = payload.git_info;
  const depthFlags = depth > 0 ? ['--depth', String(depth)] : [];
  const words = ['fetch', 'origin', '--no-recurse-submodules', ...refspecs, ...depthFlags, ...options.fetchFlags];
  const command = `git -c http.userAgent=podwright ${quoteAll(words)}`;
  if (depth > 0) return [command];
  return ['if [ -f .git/shallow ]; then', `  ${command} --unshallow`, 'else', `  ${command}`, 'fi'];
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
