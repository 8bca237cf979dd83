import { pathOf, type WrittenVolume } from './read-volumes.ts';
import { plainPath } from './rules.ts';

/** Two entries that cannot be in one Pod. */
export interface Clash {
  /** Of the later one. */
  readonly place: WrittenVolume['place'];
  readonly key: 'mount_path' | 'name';
  /** What both have. */
  readonly value: string;
  /** Goes on from the value. */
  readonly message: string;
}

/** Entries that are mounted on one path, and volumes that have one name. A claim may be used more than once. */
export function clashes(volumes: readonly WrittenVolume[]): Clash[] {
  const byPath = new Map<string, WrittenVolume>();
  const byName = new Map<string, WrittenVolume>();
  const found: Clash[] = [];
  for (const volume of volumes) {
    const { place, mountPath, name } = volume;
    const path = plainPath(mountPath);
    const onPath = byPath.get(path);
    if (onPath) {
      found.push({
        place,
        key: 'mount_path',
        value: mountPath,
        message: `is the mount path of ${pathOf(onPath)}, too`,
      });
    }
    byPath.set(path, onPath ?? volume);

    const named = byName.get(name);
    if (named && !(isClaim(volume) && isClaim(named))) {
      found.push({ place, key: 'name', value: name, message: `is the name of ${pathOf(named)}, too` });
    }
    byName.set(name, named ?? volume);
  }
  return found;
}

function isClaim({ place: [table] }: WrittenVolume): boolean {
  return table === 'pvc';
}
