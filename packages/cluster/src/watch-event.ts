import type { Pod } from '@podwright/core';

/** One line of a watch. Of a bookmark only the version counts. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: Pod }
  | { readonly type: 'ERROR'; readonly object: { readonly code?: number; readonly message?: string } };

/** Understands a line of a watch; gives nothing for what is not an event about an object. */
export function parseWatchEvent(line: Buffer): WatchEvent | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(parsed) || !isObject(parsed['object'])) return undefined;
  switch (parsed['type']) {
    case 'ERROR':
      return parsed as unknown as WatchEvent;
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      return isObject(parsed['object']['metadata']) ? (parsed as unknown as WatchEvent) : undefined;
    default:
      return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
