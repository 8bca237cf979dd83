import { z } from 'zod';
import { mountPathProblem, nameProblem, objectNameProblem, subPathProblem } from './rules.ts';
import { clashes } from './clashes.ts';
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

const text = (problemOf: (value: string) => string | undefined) =>
  z.string().superRefine((value, context) => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

const volumeName = text(nameProblem).describe('Name of the volume.');
const mountPath = text(mountPathProblem).describe('Where it is mounted in every container. Variables are replaced.');
const subPath = text(subPathProblem)
  .default('')
  .describe('Path within the volume that is mounted. Variables are replaced. Empty: all of it.');
const readOnly = z.boolean().default(false).describe('Whether it can only be read.');
const items = z
  .record(z.string(), text(subPathProblem))
  .default({})
  .describe('Key to path, below `mount_path`, of the file with its value. Empty: every key, under its own name.');

const hostPath = z.strictObject({
  name: volumeName,
  mount_path: mountPath,
  sub_path: subPath,
  read_only: readOnly,
  host_path: z
    .string()
    .refine((path) => path === '' || path.startsWith('/'), 'must be an absolute path')
    .default('')
    .describe('Path on the node. Empty: the same as `mount_path`.'),
});
const secret = z.strictObject({
  name: text(objectNameProblem).describe('Name of the Secret.'),
  mount_path: mountPath,
  sub_path: subPath,
  read_only: readOnly,
  items,
});
const configMap = secret.extend({ name: text(objectNameProblem).describe('Name of the ConfigMap.') });
const pvc = z.strictObject({
  name: text((name) => (name.includes('$') ? undefined : objectNameProblem(name))).describe(
    'Name of the PersistentVolumeClaim. Variables are replaced. The same one twice is one volume.',
  ),
  mount_path: mountPath,
  sub_path: subPath,
  read_only: readOnly,
});
const emptyDir = z.strictObject({
  name: volumeName,
  mount_path: mountPath,
  sub_path: subPath,
  medium: z
    .string()
    .regex(
      /^(Memory|HugePages(-[0-9A-Za-z]{1,20})?)?$/,
      'must be empty, "Memory", "HugePages" or one such as "HugePages-2Mi"',
    )
    .default('')
    .describe('`Memory` for a tmpfs. Empty: a disk of the node.'),
});
const csi = z.strictObject({
  name: volumeName,
  mount_path: mountPath,
  sub_path: subPath,
  read_only: readOnly,
  driver: z.string().min(1, 'must be the name of a CSI driver').describe('Name of the CSI driver.'),
  fs_type: z.string().default('').describe('File system, such as `ext4`. Empty: the default of the driver.'),
  volume_attributes: z.record(z.string(), z.string()).default({}).describe('What the driver is told.'),
});

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
      for (const { path, message } of clashes(readVolumes(tables))) context.addIssue({ code: 'custom', path, message });
    })
    .describe('Volumes of every job, mounted in all of its containers.'),
}) satisfies z.ZodType<VolumesConfig>;
