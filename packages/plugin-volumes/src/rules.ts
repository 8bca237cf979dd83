import { posix } from 'node:path';
import { isDnsLabel, isDnsSubdomain, podPaths, type TextRule } from '@podwright/core';

/** Names that podwright gives to volumes of its own. */
const ownVolumes = new Set(['podwright-control', 'podwright-job']);

/** The name of the built-in volume of the builds directory, which is free for a volume that takes its place. */
export const buildsVolume = 'repo';

const medium = /^(?:Memory|HugePages(?:-[0-9A-Za-z]{1,20})?)?$/;
const itemKey = /^[-._a-zA-Z0-9]+$/;

/** For names of volumes. */
export const nameProblem: TextRule = (name) => {
  if (ownVolumes.has(name)) return "is the name of a volume of podwright's own: take another one";
  if (isDnsLabel(name)) return undefined;
  return 'is no name for a volume: at most 63 characters of a-z, 0-9 and -, with a letter or digit at both ends';
};

/** For names of Secrets, ConfigMaps and claims. */
export const objectNameProblem: TextRule = (name) => {
  if (ownVolumes.has(name)) return nameProblem(name);
  if (isDnsSubdomain(name)) return undefined;
  return 'is no name of an object: at most 253 characters of a-z, 0-9, - and ., with a letter or digit at both ends of each part';
};

/** For names of CSI drivers, which may have capitals. */
export const driverProblem: TextRule = (name) =>
  name.length <= 63 && isDnsSubdomain(name.toLowerCase())
    ? undefined
    : 'is no name of a CSI driver: at most 63 characters of a-z, 0-9, - and ., such as "csi.example.com"';

/** For paths in a container. */
export const mountPathProblem: TextRule = (path) => {
  if (!path.startsWith('/')) return 'must be an absolute path';
  if (path.includes(':')) return 'must not have a colon';
  if (hasDotDot(path)) return 'must not have ".." in it';
  return plainPath(path) === '/' ? 'is the root: the whole file system cannot be replaced' : undefined;
};

/** For paths in a container as they are written: what a variable stands for is not known yet. */
export const writtenMountPathProblem: TextRule = (path) => {
  if (!path.includes('$')) return mountPathProblem(path) ?? ownPathProblem(path, podPaths);
  return path.startsWith('/') || path.startsWith('$') ? undefined : 'must be an absolute path';
};

/** For paths in a container that would hide podwright's own directories. */
export function ownPathProblem(path: string, { controlDir, jobDir }: typeof podPaths): string | undefined {
  const needed = [controlDir, jobDir].find((own) => `${plainPath(path)}/`.startsWith(`${own}/`));
  return needed === undefined ? undefined : `is in ${needed}, which podwright needs itself`;
}

/** For paths within a volume. */
export const subPathProblem: TextRule = (path) => {
  if (path.startsWith('/')) return 'must be a relative path';
  return hasDotDot(path) ? 'must not lead out with ".."' : undefined;
};

/** For paths of the node. */
export const hostPathProblem: TextRule = (path) => {
  if (!path.startsWith('/')) return 'must be an absolute path';
  return hasDotDot(path) ? 'must not have ".." in it' : undefined;
};

/** For media of empty directories. The API server takes any, and the Pod never starts. */
export const mediumProblem: TextRule = (text) =>
  medium.test(text) ? undefined : 'must be empty, "Memory", "HugePages" or one such as "HugePages-2Mi"';

/** For keys of Secrets and ConfigMaps; none of them can have another one. */
export const itemKeyProblem: TextRule = (key) =>
  key.length <= 253 && itemKey.test(key) ? undefined : 'is no key: at most 253 letters, digits, and -_.';

/** For paths of the files of Secrets and ConfigMaps. */
export const itemPathProblem: TextRule = (path) => {
  if (path === '') return 'must be the path of a file';
  return path.startsWith('..') ? 'must not begin with ".."' : subPathProblem(path);
};

/** An absolute path as paths are compared, and mounted: no slashes at its end, none in a row, no `.` as a part. */
export function plainPath(path: string): string {
  const plain = posix.normalize(path);
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain;
}

/** How many parts of a path within a volume lead nowhere. */
export function emptyParts(path: string): number {
  return path.split('/').filter((part) => part === '' || part === '.').length;
}

function hasDotDot(path: string): boolean {
  return path.split('/').includes('..');
}
