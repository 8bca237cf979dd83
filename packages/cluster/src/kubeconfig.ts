import { readFile } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import { KubeConfig, loadYaml } from '@kubernetes/client-node';
import { ConfigError, messageOf } from '@podwright/core';
import { tokenFileUser } from './credentials.ts';

/**
 * The kubeconfig files to read, by kubectl's rules: the one asked for, else KUBECONFIG, else `~/.kube/config`.
 * @param asked a path or several, as in KUBECONFIG; absent when nobody asked
 */
export function defaultKubeconfigFiles(
  asked: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const list = (asked ?? env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (list.length > 0) return list;
  const home = env['HOME'] ?? '';
  return home === '' ? [] : [join(home, '.kube', 'config')];
}

/**
 * Reads kubeconfig files and joins them; where several say the same name, the first counts. Files that are not there
 * are passed over, as kubectl does.
 * @param options.mustExist whether a file that is not there is an error
 * @returns nothing when there was no file
 * @throws ConfigError naming the file that cannot be read or understood
 */
export async function readKubeconfig(
  files: readonly string[],
  options: { mustExist: boolean },
): Promise<KubeConfig | undefined> {
  let joined: KubeConfig | undefined;
  for (const file of files) {
    const next = await readOne(file, options.mustExist);
    if (next === undefined) continue;
    if (joined === undefined) joined = next;
    else mergeInto(joined, next);
  }
  return joined;
}

async function readOne(file: string, mustExist: boolean): Promise<KubeConfig | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (!mustExist && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(file, error);
  }
  try {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromString(JSON.stringify(adapt(loadYaml<RawKubeconfig>(text), dirname(file))));
    kubeConfig.makePathsAbsolute(dirname(file));
    return kubeConfig;
  } catch (error) {
    throw fileError(file, error);
  }
}

/** What has to be seen of a kubeconfig before client-node reads it. */
interface RawKubeconfig {
  clusters?: { cluster?: { server?: string; 'insecure-skip-tls-verify'?: boolean } }[];
  users?: { user?: RawUser }[];
}

interface RawUser {
  tokenFile?: string;
  token?: string;
  exec?: { apiVersion?: string; command?: string; env?: { name: string; value: string }[] | null };
  'auth-provider'?: unknown;
}

/** Makes up for what client-node leaves out: `tokenFile`, and what exec plugins are told and where they are looked for. */
function adapt(raw: RawKubeconfig, folder: string): RawKubeconfig {
  for (const { cluster } of raw.clusters ?? []) {
    if (cluster?.server?.startsWith('http:') === true) cluster['insecure-skip-tls-verify'] = true;
  }
  for (const { user } of raw.users ?? []) {
    if (user?.tokenFile !== undefined && user.tokenFile !== '') {
      // The file counts more than a token beside it, as in client-go.
      delete user.token;
      user['auth-provider'] = tokenFileUser(absolute(folder, user.tokenFile)).authProvider;
    }
    if (user?.exec?.command === undefined) continue;
    const { exec } = user;
    if (user.exec.command.includes(sep)) exec.command = absolute(folder, user.exec.command);
    const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
    exec.env = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
  }
  return raw;
}

function mergeInto(first: KubeConfig, second: KubeConfig): void {
  for (const cluster of missing(first.getClusters(), second.getClusters())) first.addCluster(cluster);
  for (const user of missing(first.getUsers(), second.getUsers())) first.addUser(user);
  for (const context of missing(first.getContexts(), second.getContexts())) first.addContext(context);
  if ((first.getCurrentContext() ?? '') === '') first.setCurrentContext(second.getCurrentContext());
}

function missing<T extends { name: string }>(known: readonly T[], found: readonly T[]): T[] {
  return found.filter(({ name }) => !known.some((one) => one.name === name));
}

function absolute(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function fileError(file: string, error: unknown): ConfigError {
  // No cause, and one line: the rest of a YAML error shows the lines around it, which may be a token.
  const [what = ''] = messageOf(error).split('\n', 1);
  return new ConfigError(`kubeconfig ${file}`, [{ path: '', message: what, kind: 'invalid' }]);
}
