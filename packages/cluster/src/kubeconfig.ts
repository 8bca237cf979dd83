import { readFile } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import { parse, type YAMLParseError } from 'yaml';
import { z } from 'zod';
import { ConfigError, messageOf, toProblems, type Problem } from '@podwright/core';

const text = z.union([z.string(), z.number()]).transform(String);
/** YAML's empty value counts as none. */
const maybeText = text
  .nullish()
  .transform((value) => value ?? undefined)
  .optional();

const clusterSchema = z.object({
  server: text,
  'certificate-authority': maybeText,
  'certificate-authority-data': maybeText,
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': maybeText,
  'proxy-url': maybeText,
});

const execSchema = z.looseObject({
  command: text,
  apiVersion: maybeText,
  env: z.array(z.object({ name: text, value: text })).nullish(),
});

const userSchema = z.object({
  'client-certificate': maybeText,
  'client-certificate-data': maybeText,
  'client-key': maybeText,
  'client-key-data': maybeText,
  token: maybeText,
  tokenFile: maybeText,
  username: maybeText,
  password: maybeText,
  as: maybeText,
  'as-uid': maybeText,
  'as-groups': z.array(text).optional(),
  'as-user-extra': z.never({ error: 'is not supported' }).optional(),
  'auth-provider': z.looseObject({}).optional(),
  exec: execSchema.optional(),
});

const contextSchema = z.object({ cluster: text, user: maybeText, namespace: maybeText });

/** Lists may be missing or empty (`clusters: null`), entries must be whole. */
function named<S extends z.ZodType>(key: string, schema: S) {
  return z
    .array(
      z.object({ name: text, [key]: schema }) as unknown as z.ZodType<{ name: string } & Record<string, z.output<S>>>,
    )
    .nullish()
    .transform((list) => new Map((list ?? []).toReversed().map((entry) => [entry.name, entry[key] as z.output<S>])));
}

const kubeconfigSchema = z.object({
  'current-context': text.nullish(),
  clusters: named('cluster', clusterSchema),
  users: named('user', userSchema.nullish()),
  contexts: named('context', contextSchema),
});

export type KubeconfigCluster = z.output<typeof clusterSchema>;
export type KubeconfigUser = z.output<typeof userSchema>;
type KubeconfigContext = z.output<typeof contextSchema>;

/** What kubeconfig files say, by name; all paths are absolute. Where several say the same name, the first counts. */
export interface Kubeconfig {
  readonly currentContext: string;
  readonly clusters: ReadonlyMap<string, KubeconfigCluster>;
  readonly users: ReadonlyMap<string, KubeconfigUser>;
  readonly contexts: ReadonlyMap<string, KubeconfigContext>;
}

/**
 * The kubeconfig files to read, by kubectl's rules: those asked for, else KUBECONFIG, else `~/.kube/config`.
 * @param asked a path or several, as in KUBECONFIG; absent when nobody asked
 */
export function kubeconfigFiles(
  asked: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const list = (asked ?? env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (list.length > 0) return list;
  const home = env['HOME'] ?? '';
  return home === '' ? [] : [join(home, '.kube', 'config')];
}

/**
 * Reads kubeconfig files and joins them. Files that are not there are passed over, as kubectl does.
 * @param options.mustExist whether a file that is not there is an error
 * @returns nothing when there was no file
 * @throws ConfigError naming the file that cannot be read or understood
 */
export async function readKubeconfig(
  files: readonly string[],
  options: { mustExist: boolean },
): Promise<Kubeconfig | undefined> {
  const read: Kubeconfig[] = [];
  for (const file of files) {
    const one = await readOne(file, options.mustExist);
    if (one !== undefined) read.push(one);
  }
  if (read.length === 0) return undefined;
  const last = read.toReversed();
  return {
    currentContext: read.find(({ currentContext }) => currentContext !== '')?.currentContext ?? '',
    clusters: new Map(last.flatMap(({ clusters }) => [...clusters])),
    users: new Map(last.flatMap(({ users }) => [...users])),
    contexts: new Map(last.flatMap(({ contexts }) => [...contexts])),
  };
}

async function readOne(file: string, mustExist: boolean): Promise<Kubeconfig | undefined> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    if (!mustExist && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(file, [{ path: '', message: messageOf(error), kind: 'invalid' }]);
  }
  const parsed = kubeconfigSchema.safeParse(parseYaml(file, content) ?? {});
  if (!parsed.success) throw fileError(file, toProblems(parsed.error, ''));
  const { 'current-context': currentContext, clusters, users, contexts } = parsed.data;
  const folder = dirname(file);
  return {
    currentContext: currentContext ?? '',
    clusters: mapValues(clusters, (cluster) => absolute(cluster, ['certificate-authority'], folder)),
    users: mapValues(users, (user) => withPaths(user ?? {}, folder)),
    contexts,
  };
}

function parseYaml(file: string, content: string): unknown {
  try {
    // What it warns of it would print, with the lines around.
    return parse(content, { logLevel: 'error' });
  } catch (error) {
    // No cause, and only what is before a colon: the rest quotes the file, which may be a token.
    const [what = ''] = messageOf(error).split(/ at line |:/, 1);
    const { linePos } = error as Partial<YAMLParseError>;
    const where = linePos === undefined ? '' : ` at line ${linePos[0].line}, column ${linePos[0].col}`;
    throw fileError(file, [{ path: '', message: `${what}${where}`, kind: 'invalid' }]);
  }
}

/** A command with a slash is looked for from the file's folder too, one without in PATH. */
function withPaths(user: KubeconfigUser, folder: string): KubeconfigUser {
  const moved = absolute(user, ['client-certificate', 'client-key', 'tokenFile'], folder);
  const { exec } = moved;
  return exec?.command.includes(sep) === true ? { ...moved, exec: absolute(exec, ['command'], folder) } : moved;
}

function absolute<T extends object>(object: T, keys: readonly (keyof T)[], folder: string): T {
  const moved = { ...object };
  for (const key of keys) {
    const path = moved[key];
    if (typeof path === 'string' && path !== '' && !isAbsolute(path)) moved[key] = join(folder, path) as T[keyof T];
  }
  return moved;
}

function mapValues<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

function fileError(file: string, problems: readonly Problem[]): ConfigError {
  return new ConfigError(`kubeconfig ${file}`, problems);
}
