import { pathOf, type WrittenVolume } from './read-volumes.ts';
import { withoutEnd } from './rules.ts';

/** Two entries that cannot be in one Pod. */
export interface Clash {
  /** Of the later one, below `volumes`. */
  readonly path: PropertyKey[];
  readonly message: string;
}

/** Entries that are mounted on one path, and volumes that have one name. A claim may be used more than once. */
export function clashes(volumes: readonly WrittenVolume[]): Clash[] {
  const byPath = new Map<string, WrittenVolume>();
  const byName = new Map<string, WrittenVolume>();
  const found: Clash[] = [];
  for (const volume of volumes) {
    const path = withoutEnd(volume.mountPath);
    const onPath = byPath.get(path);
    if (onPath) {
      const message = `${JSON.stringify(volume.mountPath)} is the mount path of ${pathOf(onPath)}, too`;
      found.push({ path: [...volume.place, 'mount_path'], message });
    }
    byPath.set(path, onPath ?? volume);

    const named = byName.get(volume.name);
    if (named && !(isClaim(volume) && isClaim(named))) {
      const message = `${JSON.stringify(volume.name)} is the name of ${pathOf(named)}, too`;
      found.push({ path: [...volume.place, 'name'], message });
    }
    byName.set(volume.name, named ?? volume);
  }
  return found;
}

function isClaim({ place: [table] }: WrittenVolume): boolean {
  return table === 'pvc';
}
