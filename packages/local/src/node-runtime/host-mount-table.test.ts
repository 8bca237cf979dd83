import { expect, test } from 'vitest';
import { HostMountTable } from './host-mount-table.ts';

const table = new HostMountTable(`
22 26 0:21 / /sys rw,relatime - sysfs sysfs rw
26 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
30 26 0:5 / /tmp rw,nosuid,nodev shared:3 - tmpfs tmpfs rw
31 30 254:1 / /tmp/a\\040b rw,noatime master:1 shared:4 - xfs /dev/vdb rw
32 26 254:2 / /tmp rw,nosuid,nodev,noexec - btrfs /dev/vdc rw
`);

test('finds the mount that a path lies on', () => {
  expect(table.mountOf('/usr/bin')).toEqual({ path: '/', type: 'ext4', disk: true, options: ['rw', 'relatime'] });
  expect(table.mountOf('/')?.type).toBe('ext4');
  expect(table.mountOf('/sys')).toMatchObject({ type: 'sysfs', disk: false });
  expect(table.mountOf('/system')?.type).toBe('ext4');
});

test('knows blanks in paths', () => {
  expect(table.mountOf('/tmp/a b/c')).toMatchObject({ path: '/tmp/a b', type: 'xfs' });
});

test('sees only the upper of two mounts on the same place', () => {
  expect(table.mountOf('/tmp/x')).toMatchObject({ type: 'btrfs', options: ['rw', 'nosuid', 'nodev', 'noexec'] });
});

test('lists what is mounted below a directory', () => {
  expect(table.below('/tmp').map(({ path }) => path)).toEqual(['/tmp/a b']);
  expect(table.below('/tm')).toEqual([]);
});
