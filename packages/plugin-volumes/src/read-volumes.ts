import type { Volume } from '@podwright/core';
import type { CsiVolume, EmptyDirVolume, HostPathVolume, ObjectVolume, VolumeTables } from './config.ts';

/** Where one volume comes from: a member of `Volume`, without the name. */
type VolumeSource = Omit<Volume, 'name'>;

/** One entry of the configuration, whichever table it stands in. */
export interface WrittenVolume {
  /** Table and place, such as `['pvc', 0]`. */
  readonly place: readonly [keyof VolumeTables, number];
  readonly name: string;
  readonly mountPath: string;
  readonly subPath: string;
  readonly readOnly: boolean;
  /** With the name and the mount path as they are for the job. */
  readonly source: (name: string, mountPath: string) => VolumeSource;
}

type Written = {
  readonly name: string;
  readonly mount_path: string;
  readonly sub_path: string;
  readonly read_only?: boolean;
};

/** All entries in the order in which GitLab Runner mounts them: by kind, then as they are written. */
export function readVolumes(tables: VolumeTables): WrittenVolume[] {
  return [
    ...tables.host_path.map((volume, i) => entry('host_path', i, volume, hostPathOf(volume))),
    ...tables.secret.map((volume, i) => entry('secret', i, volume, secretOf(volume))),
    ...tables.pvc.map((volume, i) => entry('pvc', i, volume, claimOf)),
    ...tables.config_map.map((volume, i) => entry('config_map', i, volume, configMapOf(volume))),
    ...tables.empty_dir.map((volume, i) => entry('empty_dir', i, volume, emptyDirOf(volume))),
    ...tables.csi.map((volume, i) => entry('csi', i, volume, csiOf(volume))),
  ];
}

/** Where an entry stands, as config paths are written. */
export function pathOf({ place: [table, i] }: WrittenVolume): string {
  return `volumes.${table}[${i}]`;
}

function entry(table: keyof VolumeTables, i: number, volume: Written, source: WrittenVolume['source']): WrittenVolume {
  return {
    place: [table, i],
    name: volume.name,
    mountPath: volume.mount_path,
    subPath: volume.sub_path,
    readOnly: volume.read_only ?? false,
    source,
  };
}

function hostPathOf({ host_path }: HostPathVolume): WrittenVolume['source'] {
  return (_, mountPath) => ({ hostPath: { path: host_path === '' ? mountPath : host_path } });
}

function secretOf(volume: ObjectVolume): WrittenVolume['source'] {
  return (secretName) => ({ secret: { secretName, ...itemsOf(volume) } });
}

function claimOf(claimName: string): VolumeSource {
  return { persistentVolumeClaim: { claimName } };
}

function configMapOf(volume: ObjectVolume): WrittenVolume['source'] {
  return (name) => ({ configMap: { name, ...itemsOf(volume) } });
}

function emptyDirOf({ medium }: EmptyDirVolume): WrittenVolume['source'] {
  return () => ({ emptyDir: medium === '' ? {} : { medium } });
}

function csiOf({ driver, fs_type, read_only, volume_attributes }: CsiVolume): WrittenVolume['source'] {
  return () => ({
    csi: {
      driver,
      ...(fs_type !== '' && { fsType: fs_type }),
      ...(read_only && { readOnly: true }),
      ...(Object.keys(volume_attributes).length > 0 && {
        volumeAttributes: Object.fromEntries(sorted(volume_attributes)),
      }),
    },
  });
}

function itemsOf({ items }: ObjectVolume): { items?: { key: string; path: string }[] } {
  const list = sorted(items).map(([key, path]) => ({ key, path }));
  return list.length === 0 ? {} : { items: list };
}

function sorted(table: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(table).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
