import { shownValue } from '@podwright/core';
import { z } from 'zod';
import {
  driverProblem,
  hostPathProblem,
  itemKeyProblem,
  itemPathProblem,
  mediumProblem,
  nameProblem,
  objectNameProblem,
  subPathProblem,
  writtenMountPathProblem,
  type Rule,
} from './rules.ts';

const text = (problemOf: Rule) =>
  z
    .string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be a text in quotes') })
    .superRefine((value, context) => {
      const problem = problemOf(value);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: `${shownValue(value)} ${problem}` });
    });

const volumeName = text(nameProblem).describe('Name of the volume.');
const mountPath = text(writtenMountPathProblem).describe(
  'Where it is mounted in every container. Variables are replaced.',
);
const subPath = text(subPathProblem)
  .default('')
  .describe('Path within the volume that is mounted. Variables are replaced. Empty: all of it.');
const readOnly = z.boolean().default(false).describe('Whether it can only be read.');
const items = z
  .record(z.string(), text(itemPathProblem))
  .superRefine((table, context) => {
    for (const key of Object.keys(table)) {
      const problem = itemKeyProblem(key);
      if (problem !== undefined)
        context.addIssue({ code: 'custom', path: [key], message: `${shownValue(key)} ${problem}` });
    }
  })
  .default({})
  .describe('Key to path, below `mount_path`, of the file with its value. Empty: every key, under its own name.');

/** A job that could choose a directory of the node could read, and write, all of the node. */
export const hostPath = z
  .strictObject({
    name: volumeName,
    mount_path: mountPath,
    sub_path: subPath,
    read_only: readOnly,
    host_path: text((path) => (path === '' ? undefined : hostPathProblem(path)))
      .default('')
      .describe(
        'Path on the node; variables stay. Empty: the same as `mount_path`, which must not have variables then.',
      ),
  })
  .superRefine(({ host_path, mount_path }, context) => {
    if (host_path !== '' || !mount_path.includes('$')) return;
    const message = `is needed, as mount_path ${shownValue(mount_path)} has variables: no job may choose a directory of the node`;
    context.addIssue({ code: 'custom', path: ['host_path'], message });
  });
export const secret = z.strictObject({
  name: text(objectNameProblem).describe('Name of the Secret.'),
  mount_path: mountPath,
  sub_path: subPath,
  read_only: readOnly,
  items,
});
export const configMap = secret.extend({ name: text(objectNameProblem).describe('Name of the ConfigMap.') });
export const pvc = z.strictObject({
  name: text((name) => (name.includes('$') ? undefined : objectNameProblem(name))).describe(
    'Name of the PersistentVolumeClaim. Variables are replaced. The same one twice is one volume.',
  ),
  mount_path: mountPath,
  sub_path: subPath,
  read_only: readOnly,
});
export const emptyDir = z.strictObject({
  name: volumeName,
  mount_path: mountPath,
  sub_path: subPath,
  medium: text(mediumProblem).default('').describe('`Memory` for a tmpfs. Empty: a disk of the node.'),
});
export const csi = z.strictObject({
  name: volumeName,
  mount_path: mountPath,
  sub_path: subPath,
  read_only: readOnly,
  driver: text(driverProblem).describe('Name of the CSI driver.'),
  fs_type: z.string().default('').describe('File system, such as `ext4`. Empty: the default of the driver.'),
  volume_attributes: z.record(z.string(), z.string()).default({}).describe('What the driver is told.'),
});
