import { lstatSync, mkdirSync, chmodSync, realpathSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Container, VolumeMount } from 'kubernetes-types/core/v1.js';
import { ContainerProblem } from './container-problem.ts';
import { expandReferences } from './expand-references.ts';
import type { VolumeDirectory } from './volume-directory.ts';

/** What is to be seen where in a container. */
export interface Mount {
  /** Absolute path on the host. */
  readonly source: string;
  /** Absolute, normalized path in the container. */
  readonly target: string;
  readonly directory: boolean;
  readonly readOnly: boolean;
}

/**
 * Resolves the `volumeMounts` of a container, outer mount points before those inside them.
 * @throws ContainerProblem for a mount path or sub path that cannot be
 */
export function containerMounts(
  container: Container,
  volumes: ReadonlyMap<string, VolumeDirectory>,
  env: ReadonlyMap<string, string>,
): Mount[] {
  const mounts = (container.volumeMounts ?? []).map((mount) => resolveMount(mount, volumes, env));
  return mounts.toSorted((a, b) => a.target.split('/').length - b.target.split('/').length);
}

function resolveMount(
  mount: VolumeMount,
  volumes: ReadonlyMap<string, VolumeDirectory>,
  env: ReadonlyMap<string, string>,
): Mount {
  const volume = volumes.get(mount.name);
  if (!volume) throw problem(mount, `there is no volume ${mount.name}`);
  const target = posix.resolve('/', mount.mountPath);
  if (target === '/') throw problem(mount, 'nothing can be mounted on the root directory');
  const readOnly = volume.readOnly || mount.readOnly === true;
  const subPath = mount.subPathExpr ? expandReferences(mount.subPathExpr, (name) => env.get(name)) : mount.subPath;
  if (!subPath) return { source: volume.path, target, directory: volume.directory, readOnly };
  const source = resolveSubPath(mount, volume, subPath);
  return { source, target, directory: statSync(source).isDirectory(), readOnly };
}

/** Makes a directory that is missing, as kubelet does, and follows no symbolic link out of the volume. */
function resolveSubPath(mount: VolumeMount, volume: VolumeDirectory, subPath: string): string {
  const parts = subPath.split('/').filter((part) => part !== '' && part !== '.');
  if (subPath.startsWith('/') || parts.includes('..')) {
    throw problem(mount, `subPath ${JSON.stringify(subPath)} must be relative and must not contain '..'`);
  }
  const root = realpathSync.native(volume.path);
  let path = root;
  for (const part of parts) {
    const next = join(path, part);
    if (!lstatSync(next, { throwIfNoEntry: false })) makeSubDirectory(mount, volume, next);
    path = realpathSync.native(next);
    if (path !== root && !path.startsWith(`${root}/`)) {
      throw problem(mount, `subPath ${JSON.stringify(subPath)} leaves the volume through a symbolic link`);
    }
  }
  return path;
}

function makeSubDirectory(mount: VolumeMount, volume: VolumeDirectory, path: string): void {
  if (volume.readOnly)
    throw problem(mount, `subPath ${JSON.stringify(mount.subPath ?? mount.subPathExpr)} is not in it`);
  mkdirSync(path);
  if (!volume.host) chmodSync(path, statSync(volume.path).mode & 0o7777);
}

function problem({ name, mountPath }: VolumeMount, what: string): ContainerProblem {
  return new ContainerProblem(
    'CreateContainerConfigError',
    `volume "${name}" cannot be mounted on ${mountPath}: ${what}`,
  );
}
