import type { DownwardAPIVolumeFile, KeyToPath, Pod, Volume, VolumeProjection } from 'kubernetes-types/core/v1.js';
import type { NodeApi } from '../node.ts';
import { fieldValue } from './field-value.ts';
import { VolumeProblem } from './volume-problem.ts';

/** One file of a volume whose content comes from the API. */
export interface VolumeFile {
  /** Relative, without `..`. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

type Objects = Pick<NodeApi, 'getConfigMap' | 'getSecret'>;
type Kind = 'configmap' | 'secret';

interface Selection {
  readonly name?: string;
  readonly items?: KeyToPath[];
  readonly optional?: boolean;
}

/**
 * Lists the files of a secret, configMap, downwardAPI or projected volume; undefined for other kinds. Where sources of a
 * projected volume share a path, the later one wins.
 * @throws VolumeProblem naming the Secret, ConfigMap or key that is missing and not optional
 */
export function volumeFiles(pod: Pod, volume: Volume, objects: Objects): VolumeFile[] | undefined {
  const { configMap, downwardAPI, projected, secret } = volume;
  const lister = new FileLister(pod, volume.name, objects);
  if (secret) {
    const { secretName: name = '', ...rest } = secret;
    return lister.keys('secret', { name, ...rest }, secret.defaultMode);
  }
  if (configMap) return lister.keys('configmap', configMap, configMap.defaultMode);
  if (downwardAPI) return lister.fields(downwardAPI.items, downwardAPI.defaultMode);
  return projected?.sources?.flatMap((source) => lister.projection(source, projected.defaultMode));
}

class FileLister {
  constructor(
    private readonly pod: Pod,
    private readonly volume: string,
    private readonly objects: Objects,
  ) {}

  projection(source: VolumeProjection, defaultMode: number | undefined): VolumeFile[] {
    if (source.secret) return this.keys('secret', source.secret, defaultMode);
    if (source.configMap) return this.keys('configmap', source.configMap, defaultMode);
    if (source.downwardAPI) return this.fields(source.downwardAPI.items, defaultMode);
    const kinds = 'secret, configMap and downwardAPI are';
    throw this.problem(`source ${Object.keys(source).join(', ')} is not supported by this node, only ${kinds}`);
  }

  keys(kind: Kind, selection: Selection, defaultMode = 0o644): VolumeFile[] {
    const { name = '', items, optional = false } = selection;
    const data = this.dataOf(kind, name);
    if (!data && optional) return [];
    if (!data) throw this.problem(`${kind} "${name}" not found`);
    if (!items) return [...data].map(([path, content]) => this.file(path, content, defaultMode));
    return items.flatMap(({ key, path, mode }) => {
      const content = data.get(key);
      if (content) return this.file(path, content, mode ?? defaultMode);
      if (optional) return [];
      throw this.problem(`references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${key}`);
    });
  }

  fields(items: readonly DownwardAPIVolumeFile[] = [], defaultMode = 0o644): VolumeFile[] {
    return items.map(({ path, fieldRef, mode }) => {
      if (!fieldRef) throw this.problem(`${path}: only fieldRef is supported by this node`);
      return this.file(path, Buffer.from(this.field(fieldRef)), mode ?? defaultMode);
    });
  }

  private field(fieldRef: Parameters<typeof fieldValue>[1]): string {
    try {
      return fieldValue(this.pod, fieldRef);
    } catch (cause) {
      throw this.problem(cause instanceof Error ? cause.message : String(cause));
    }
  }

  private dataOf(kind: Kind, name: string): Map<string, Uint8Array> | undefined {
    const namespace = this.pod.metadata?.namespace ?? '';
    if (kind === 'secret') {
      const secret = this.objects.getSecret(namespace, name);
      return secret && decoded(secret.data, 'base64');
    }
    const configMap = this.objects.getConfigMap(namespace, name);
    return configMap && new Map([...decoded(configMap.data, 'utf8'), ...decoded(configMap.binaryData, 'base64')]);
  }

  /** Kubernetes refuses such paths on creation; here they would leave the volume's directory. */
  private file(path: string, content: Uint8Array, mode: number): VolumeFile {
    if (path !== '' && !path.startsWith('/') && !path.split('/').includes('..')) return { path, content, mode };
    throw this.problem(`path ${JSON.stringify(path)} must be relative and must not contain '..'`);
  }

  private problem(what: string): VolumeProblem {
    return new VolumeProblem(this.volume, what);
  }
}

function decoded(
  data: Readonly<Record<string, string>> | undefined,
  encoding: BufferEncoding,
): Map<string, Uint8Array> {
  return new Map(Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, encoding)]));
}
