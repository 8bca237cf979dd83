import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HostPathVolumeSource, Pod, Volume } from 'kubernetes-types/core/v1.js';
import type { NodeApi } from '../node.ts';
import { volumeFiles, type VolumeFile } from './volume-files.ts';
import { VolumeProblem } from './volume-problem.ts';

/** A volume of a Pod as it lies on the host. */
export interface VolumeDirectory {
  /** Absolute path on the host; a file only for a hostPath that names one. */
  readonly path: string;
  readonly directory: boolean;
  /** Whether containers may never write to it, whatever the mount says. */
  readonly readOnly: boolean;
  /** Whether the path is the host's own, and not a directory made for this Pod. */
  readonly host: boolean;
}

/**
 * Makes a volume of a Pod below `parent`, a directory private to the node.
 * @param group `fsGroup` of the Pod, when this process may give files away
 * @throws VolumeProblem when it cannot be made yet, or never
 */
export function makeVolume(
  pod: Pod,
  volume: Volume,
  objects: Pick<NodeApi, 'getConfigMap' | 'getSecret'>,
  parent: string,
  group: number | undefined,
): VolumeDirectory {
  if (volume.hostPath) return hostVolume(volume.name, volume.hostPath);
  const path = join(parent, volume.name);
  if (volume.emptyDir) {
    makeDirectory(path, 0o777, group);
    return { path, directory: true, readOnly: false, host: false };
  }
  const files = volumeFiles(pod, volume, objects);
  if (!files) {
    const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'no source';
    const known = 'emptyDir, secret, configMap, downwardAPI, projected and hostPath are';
    throw new VolumeProblem(volume.name, `${kind} is not supported by this node, only ${known}`);
  }
  makeDirectory(path, 0o755, group);
  for (const file of files) writeFile(path, file, group);
  return { path, directory: true, readOnly: true, host: false };
}

function hostVolume(name: string, { path, type = '' }: HostPathVolumeSource): VolumeDirectory {
  try {
    if (type === 'DirectoryOrCreate') mkdirSync(path, { recursive: true, mode: 0o755 });
    if (type === 'FileOrCreate') writeFileSync(path, '', { flag: 'a', mode: 0o644 });
    const found = statSync(path);
    if (type.startsWith('Directory') && !found.isDirectory()) throw new Error(`${path} is not a directory`);
    if (type.startsWith('File') && !found.isFile()) throw new Error(`${path} is not a file`);
    return { path, directory: found.isDirectory(), readOnly: false, host: true };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new VolumeProblem(name, `hostPath type check failed: ${what}`, { cause });
  }
}

function writeFile(directory: string, { path, content, mode }: VolumeFile, group: number | undefined): void {
  const target = join(directory, path);
  let parent = dirname(target);
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  for (; parent !== directory; parent = dirname(parent)) chmodSync(parent, 0o755);
  writeFileSync(target, content, { mode: 0o600 });
  if (group !== undefined) chownSync(target, 0, group);
  chmodSync(target, group === undefined ? mode : mode | 0o440);
}

/** With `chmod`, as the mode given to `mkdir` passes through the umask. Setgid: what is made inside has the group too. */
function makeDirectory(path: string, mode: number, group: number | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (group !== undefined) chownSync(path, 0, group);
  chmodSync(path, group === undefined ? mode : mode | 0o2070);
}
