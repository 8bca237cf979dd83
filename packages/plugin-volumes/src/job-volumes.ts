import { createHash } from 'node:crypto';
import { freezeDeep, isDnsLabel, type Cause, type Variables, type Volume, type VolumeMount } from '@podwright/core';
import { pathOf, type WrittenVolume } from './read-volumes.ts';
import { plainPath } from './rules.ts';

/** The volumes of one job, ready for its Pods. Frozen. */
export interface JobVolumes {
  readonly volumes: readonly { readonly volume: Volume; readonly cause: Cause }[];
  readonly mounts: readonly { readonly mount: VolumeMount; readonly cause: Cause }[];
}

/** Whether the volumes depend on the variables of the job. */
export function dependOnJob(volumes: readonly WrittenVolume[]): boolean {
  return volumes.some(({ name, mountPath, subPath }) => `${name}${mountPath}${subPath}`.includes('$'));
}

/** The entries with references to variables replaced, in names of claims, mount paths and sub paths. */
export function expandVolumes(volumes: readonly WrittenVolume[], variables: Variables): WrittenVolume[] {
  return volumes.map((volume) => ({
    ...volume,
    name: variables.expand(volume.name),
    mountPath: variables.expand(volume.mountPath),
    subPath: variables.expand(volume.subPath),
  }));
}

/** The volumes and mounts of a Pod. Entries of one claim share a volume. */
export function jobVolumes(volumes: readonly WrittenVolume[]): JobVolumes {
  const byName = new Map<string, { volume: Volume; cause: Cause }>();
  const mounts = volumes.map((entry) => {
    const name = volumeName(entry.name);
    const cause: Cause = { config: pathOf(entry) };
    const mountPath = plainPath(entry.mountPath);
    if (!byName.has(name)) byName.set(name, { volume: { name, ...entry.source(entry.name, mountPath) }, cause });
    return { mount: mountOf(entry, name, mountPath), cause };
  });
  return freezeDeep({ volumes: [...byName.values()], mounts });
}

function mountOf({ subPath, readOnly }: WrittenVolume, name: string, mountPath: string): VolumeMount {
  return { name, mountPath, ...(subPath !== '' && { subPath }), ...(readOnly && { readOnly: true }) };
}

/** Objects may have names that no volume can have: those get one that is made of it. */
function volumeName(name: string): string {
  if (isDnsLabel(name)) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.replaceAll('.', '-').slice(0, 54)}-${hash}`;
}
