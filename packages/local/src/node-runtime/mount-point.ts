import { lstatSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mount } from './container-mounts.ts';
import { ContainerProblem } from './container-problem.ts';

/** What this user cannot see is as good as not there. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** A mount point may lie behind symbolic links such as `/var/run`; what does not exist yet is appended as it is. */
export function resolveOnHost(target: string, ownPlaces: ReadonlySet<string>): string {
  const [, top] = target.split('/');
  if (ownPlaces.has(`/${top}`)) return target;
  for (let existing = target; existing !== '/'; existing = dirname(existing)) {
    if (isThere(existing)) return realpathSync.native(existing) + target.slice(existing.length);
  }
  return target;
}

/** Makes a mount point within a volume. @throws ContainerProblem when that is not possible */
export function makeMountPointInVolume(volume: string, rest: string, mount: Mount): void {
  let path = volume;
  for (const part of rest.split('/').slice(1)) {
    path = join(path, part);
    // A link that a container has made there would lead to a place on the host.
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    const why = 'a symbolic link in the volume around it is in the way';
    throw new ContainerProblem('CreateContainerConfigError', `nothing can be mounted on ${mount.target}: ${why}`);
  }
  makeMountPoint(path, mount);
}

/** Makes the directory or empty file that something is mounted on. @throws ContainerProblem when that is not possible */
export function makeMountPoint(path: string, { directory, target }: Pick<Mount, 'directory' | 'target'>): void {
  try {
    mkdirSync(directory ? path : dirname(path), { recursive: true, mode: 0o755 });
    if (!directory) writeFileSync(path, '', { flag: 'a' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ContainerProblem('CreateContainerConfigError', `nothing can be mounted on ${target}: ${why}`, { cause });
  }
}
