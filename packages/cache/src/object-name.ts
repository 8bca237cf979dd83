import { posix } from 'node:path';
import { shortToken, type CacheUrlsRequest } from '@podwright/core';

/** What the names of all caches of a runner have in common. */
export interface ObjectNaming {
  /** Put first; may be empty. */
  readonly path: string;
  readonly shared: boolean;
  /** The runner's; a part of it that may be shown is in the name unless `shared`. */
  readonly token: string;
}

/**
 * The name of a cache's object: `<path>/runner/<short token>/project/<id>/<key>`, without the runner where caches are shared.
 * No slash is at its start.
 * @throws Error for a key that would lead out of the caches of its project
 */
export function objectName(
  { path, shared, token }: ObjectNaming,
  { projectId, key }: Pick<CacheUrlsRequest, 'projectId' | 'key'>,
): string {
  const runner = shared ? [] : ['runner', shortToken(token)];
  const project = rooted(posix.join(path, ...runner, 'project', String(projectId)));
  const name = posix.join(project, key);
  if (!name.startsWith(`${project}/`) || name === `${project}/`) throw new Error('its key leads out of its project');
  return name;
}

/** Whether a path has more `..` than folders. */
export function leadsOut(path: string): boolean {
  return posix.normalize(rooted(path)).split('/')[0] === '..';
}

function rooted(path: string): string {
  return path.replace(/^\/+/, '');
}
