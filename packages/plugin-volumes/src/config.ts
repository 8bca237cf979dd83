import { shownValue } from '@podwright/core';
import { z } from 'zod';
import { clashes } from './clashes.ts';
import { configMap, csi, emptyDir, hostPath, pvc, secret } from './entry-schemas.ts';
import { readVolumes } from './read-volumes.ts';

/** What all volumes have in common. */
interface CommonVolume {
  /** Of the volume; for `pvc`, `config_map` and `secret` that of the object. */
  readonly name: string;
  /** Absolute path in every container. Variables are replaced. */
  readonly mount_path: string;
  /** Path within the volume. Variables are replaced. Empty: all of it. */
  readonly sub_path: string;
}

interface ReadOnlyVolume extends CommonVolume {
  /** Default: may be written. */
  readonly read_only: boolean;
}

export interface HostPathVolume extends ReadOnlyVolume {
  /** Path on the node. Empty: the same as `mount_path`. */
  readonly host_path: string;
}

export interface ObjectVolume extends ReadOnlyVolume {
  /** Key of the object to path of its file. Empty: every key, under its own name. */
  readonly items: Readonly<Record<string, string>>;
}

export interface EmptyDirVolume extends CommonVolume {
  /** Empty: a disk of the node. */
  readonly medium: string;
}

export interface CsiVolume extends ReadOnlyVolume {
  readonly driver: string;
  /** Empty: the driver's default. */
  readonly fs_type: string;
  readonly volume_attributes: Readonly<Record<string, string>>;
}

/** The table `[runners.kubernetes.volumes]`, with defaults filled in. */
export interface VolumeTables {
  readonly host_path: readonly HostPathVolume[];
  readonly secret: readonly ObjectVolume[];
  readonly pvc: readonly ReadOnlyVolume[];
  readonly config_map: readonly ObjectVolume[];
  readonly empty_dir: readonly EmptyDirVolume[];
  readonly csi: readonly CsiVolume[];
}

/** The plugin's keys of `[runners.kubernetes]`, with defaults filled in. */
export interface VolumesConfig {
  readonly volumes: VolumeTables;
}

function listOf<T extends z.ZodObject>(schema: T, key: string) {
  return z.array(schema, { error: `must be a list: write [[runners.kubernetes.volumes.${key}]]` }).default([]);
}

const volumes = z.strictObject({
  host_path: listOf(hostPath, 'host_path').describe('Directories or files of the node.'),
  secret: listOf(secret, 'secret').describe('Secrets of the namespace, a file for each key.'),
  pvc: listOf(pvc, 'pvc').describe('PersistentVolumeClaims of the namespace.'),
  config_map: listOf(configMap, 'config_map').describe('ConfigMaps of the namespace, a file for each key.'),
  empty_dir: listOf(emptyDir, 'empty_dir').describe('Directories that are empty at first and gone after the job.'),
  csi: listOf(csi, 'csi').describe('Volumes that a CSI driver makes for the job.'),
});

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z.strictObject({
  volumes: volumes
    .prefault({})
    .superRefine((tables, context) => {
      for (const { place, key, value, message } of clashes(readVolumes(tables))) {
        context.addIssue({ code: 'custom', path: [...place, key], message: `${shownValue(value)} ${message}` });
      }
    })
    .describe('Volumes of every job, mounted in all of its containers.'),
}) satisfies z.ZodType<VolumesConfig>;
