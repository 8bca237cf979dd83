import type { Log } from '../log.ts';

/** zlib's levels by GitLab's names; 0 stores files as they are. */
const levels: Readonly<Record<string, number>> = { fastest: 0, fast: 1, default: 5, slow: 7, slowest: 9 };

/** zlib's level, 0 to 9, for one of GitLab's names; the default, with a warning, for other words. */
export function compressionLevel(name: string, log: Log): number {
  const level = Object.hasOwn(levels, name) ? levels[name] : undefined;
  if (level === undefined && name !== '')
    log.warn(`compression level ${name}: not one of ${Object.keys(levels).join(', ')}`);
  return level ?? 5;
}
