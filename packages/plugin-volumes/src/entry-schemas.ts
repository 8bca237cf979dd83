import { checkedText, shownValue } from '@podwright/core';
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
} from './rules.ts';

const volumeName = checkedText(nameProblem).describe('Name of the volume.');
const mountPath = checkedText(writtenMountPathProblem).describe(
  'Where it is mounted in every container. Variables are replaced.',
);
const subPath = checkedText(subPathProblem)
  .default('')
  .describe('Path within the volume that is mounted. Variables are replaced. Empty: all of it.');
const readOnly = z.boolean().default(false).describe('Whether it can only be read.');
const items = z
  .record(z.string(), checkedText(itemPathProblem))
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
    host_path: checkedText((path) => (path === '' ? undefined : hostPathProblem(path)))
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
  name: checkedText(objectNameProblem).describe('Name of the Secret.'),
  mount_path: mountPath,
  sub_path: subPath,
  read_only: readOnly,
  items,
});
export const configMap = secret.extend({ name: checkedText(objectNameProblem).describe('Name of the ConfigMap.') });
export const pvc = z.strictObject({
  name: checkedText((name) => (name.includes('$') ? undefined : objectNameProblem(name))).describe(
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
  medium: checkedText(mediumProblem).default('').describe('`Memory` for a tmpfs. Empty: a disk of the node.'),
});
export const csi = z.strictObject({
  name: volumeName,
  mount_path: mountPath,
  sub_path: subPath,
  read_only: readOnly,
  driver: checkedText(driverProblem).describe('Name of the CSI driver.'),
  fs_type: z.string().default('').describe('File system, such as `ext4`. Empty: the default of the driver.'),
  volume_attributes: z.record(z.string(), z.string()).default({}).describe('What the driver is told.'),
});
