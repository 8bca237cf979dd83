/** Names that podwright gives to volumes of its own. */
const ownVolumes = new Set(['repo', 'podwright-control', 'podwright-job']);

const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

/** Whether a text can be the name of a volume (a DNS label). */
export function isLabel(name: string): boolean {
  return name.length <= 63 && label.test(name);
}

/** What is wrong with the name of a volume. */
export function nameProblem(name: string): string | undefined {
  if (ownVolumes.has(name))
    return `${JSON.stringify(name)} is the name of a volume of podwright's own: take another one`;
  if (isLabel(name)) return undefined;
  return `${JSON.stringify(name)} is no name for a volume: at most 63 characters of a-z, 0-9 and -, with a letter or digit at both ends`;
}

/** What is wrong with the name of a Secret, ConfigMap or claim (a DNS subdomain). */
export function objectNameProblem(name: string): string | undefined {
  if (ownVolumes.has(name)) return nameProblem(name);
  if (name.length <= 253 && name.split('.').every((part) => label.test(part))) return undefined;
  return `${JSON.stringify(name)} is no name of an object: at most 253 characters of a-z, 0-9, - and ., with a letter or digit at both ends of each part`;
}

/** What is wrong with a path in a container; what a variable stands for is not known yet. */
export function mountPathProblem(path: string): string | undefined {
  if (path.startsWith('$')) return undefined;
  if (!path.startsWith('/')) return `${JSON.stringify(path)} must be an absolute path`;
  if (path.includes(':')) return `${JSON.stringify(path)} must not have a colon`;
  return withoutEnd(path) === '' ? 'the whole file system cannot be replaced' : undefined;
}

/** What is wrong with a path within a volume. */
export function subPathProblem(path: string): string | undefined {
  if (path.startsWith('/')) return `${JSON.stringify(path)} must be a relative path`;
  return path.split('/').includes('..') ? `${JSON.stringify(path)} must not lead out with ".."` : undefined;
}

/** A path without slashes at its end, as paths are compared. */
export function withoutEnd(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
