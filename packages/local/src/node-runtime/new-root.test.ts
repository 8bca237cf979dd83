import { existsSync, lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mount } from './container-mounts.ts';
import { HostMountTable } from './host-mount-table.ts';
import { NewRoot, type NewRootOptions } from './new-root.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pw-new-root-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const ext4 = '26 1 254:0 / / rw,relatime - ext4 /dev/vda rw';

function newRoot(mounts: string[], options: Partial<NewRootOptions> = {}): NewRoot {
  const hostMounts = new HostMountTable(mounts.join('\n'));
  return new NewRoot({
    directory,
    hostMounts,
    nodeRoot: '/tmp/node',
    userNamespace: false,
    readOnly: false,
    ...options,
  });
}

/** The type and options of what is mounted on a path. */
function mountsOn(root: NewRoot, path: string): string[] {
  return root.mounts
    .map((line) => line.split(' '))
    .filter(([, target]) => target === `${directory}/root${path}`)
    .map(([source, , type, options]) => `${source} ${type} ${options}`);
}

function mount(target: string, more: Partial<Mount> = {}): Mount {
  return { source: directory, target, directory: true, readOnly: false, ...more };
}

// Directories that every Linux has; nothing is mounted here.
describe.skipIf(process.platform !== 'linux')('a new root', () => {
  test("has the host's directories as lower layers of overlays", () => {
    const root = newRoot([ext4]);
    const [usr] = mountsOn(root, '/usr');
    expect(usr).toMatch(/^overlay overlay lowerdir=\/usr,upperdir=(.*\/layers\/\d+)\/upper,workdir=\1\/work$/);
    expect(root.layerDirectories).toContain(`${/layers\/(\d+)/.exec(usr ?? '')?.[1]}/upper`);
    expect(statSync(join(directory, 'root/usr')).isDirectory()).toBe(true);
  });

  test('has private directories, and links as the host has them', () => {
    newRoot([ext4]);
    expect(statSync(join(directory, 'root/tmp')).mode & 0o7777).toBe(0o1777);
    expect(readdirSync(join(directory, 'root/dev'))).toContain('null');
    expect(readlinkSync(join(directory, 'root/dev/fd'))).toBe('/proc/self/fd');
    const linked = readdirSync('/').filter((name) => lstatSync(`/${name}`).isSymbolicLink());
    const links = linked.map((name) => [readlinkSync(join(directory, 'root', name)), readlinkSync(`/${name}`)]);
    expect(links.filter(([made, there]) => made !== there)).toEqual([]);
  });

  test('is read-only in all its parts when it is to be', () => {
    expect(mountsOn(newRoot([ext4], { readOnly: true }), '/usr')[0]).toMatch(/,ro$/);
  });

  test('keeps its attributes where a user namespace may', () => {
    expect(mountsOn(newRoot([ext4], { userNamespace: true }), '/usr')[0]).toMatch(/,userxattr$/);
  });

  test('adds the disks that are mounted below a layer', () => {
    const below = ['27 26 254:1 / /usr/bin rw - ext4 /dev/vdb rw', '28 26 0:5 / /usr/lib rw - tmpfs tmpfs rw'];
    const root = newRoot([ext4, ...below]);
    expect(mountsOn(root, '/usr/bin')[0]).toContain('lowerdir=/usr/bin,');
    expect(mountsOn(root, '/usr/lib')).toEqual([]);
  });

  test('takes a directory with mounts below it apart in a user namespace', () => {
    const root = newRoot([ext4, '27 26 254:1 / /usr/bin rw - ext4 /dev/vdb rw'], { userNamespace: true });
    expect(mountsOn(root, '/usr')).toEqual([]);
    expect(mountsOn(root, '/usr/bin')[0]).toContain('lowerdir=/usr/bin,');
    expect(mountsOn(root, '/usr/lib')[0]).toContain('lowerdir=/usr/lib,');
  });

  test('shows file systems that cannot be layers read-only, with the flags they have', () => {
    const root = newRoot(['26 1 0:9 / / rw,nosuid,nodev,noatime - zfs pool rw']);
    expect(mountsOn(root, '/usr')).toEqual(['/usr none rbind,ro,nosuid,nodev']);
    expect(() => root.addMounts([mount('/usr/pw-none/x')])).toThrow(
      'nothing can be mounted on /usr/pw-none/x: /usr is a file system of the host (zfs) that is seen read-only',
    );
    root.addMounts([mount('/usr/bin')]);
    expect(mountsOn(root, '/usr/bin')).toEqual([`${directory} none rbind`]);
  });

  test('makes mount points where there are none: in a layer, at the top, in a private directory', () => {
    const root = newRoot([ext4]);
    root.addMounts([mount('/usr/pw-none/x'), mount('/pw-none'), mount('/tmp/pw-none/x')]);
    expect(root.layerDirectories.at(-1)).toMatch(/^\d+\/upper\/pw-none\/x$/);
    expect(
      ['pw-none', 'tmp/pw-none/x', 'usr/pw-none'].map((path) => existsSync(join(directory, 'root', path))),
    ).toEqual([true, true, false]);
  });

  test('makes an empty file to mount a file on', () => {
    const root = newRoot([ext4]);
    root.addMounts([mount('/etc/pw-none/file', { directory: false }), mount('/pw-file', { directory: false })]);
    expect(root.layerFiles).toEqual([expect.stringMatching(/^\d+\/upper\/pw-none\/file$/)]);
    expect(statSync(join(directory, 'root/pw-file')).isFile()).toBe(true);
  });

  test('needs no mount point where the host has one', () => {
    const root = newRoot([ext4]);
    const before = root.layerDirectories.length;
    root.addMounts([mount('/usr/bin'), mount('/etc/passwd', { directory: false })]);
    expect([root.layerDirectories.length, root.layerFiles]).toEqual([before, []]);
  });

  test('makes a mount point inside a volume in the volume', () => {
    const root = newRoot([ext4]);
    const source = mkdtempSync(join(directory, 'volume-'));
    root.addMounts([mount('/builds', { source }), mount('/builds/in/it')]);
    expect(existsSync(join(source, 'in/it'))).toBe(true);
  });

  test('follows no link that a container has made in a volume', () => {
    const root = newRoot([ext4]);
    const [source, outside] = ['volume-', 'outside-'].map((name) => mkdtempSync(join(directory, name)));
    symlinkSync(outside ?? '', join(source ?? '', 'in'));
    expect(() => root.addMounts([mount('/builds', { source: source ?? '' }), mount('/builds/in/it')])).toThrow(
      'nothing can be mounted on /builds/in/it: a symbolic link in the volume around it is in the way',
    );
    expect(readdirSync(outside ?? '')).toEqual([]);
  });

  test('says when there can be no such mount point', () => {
    const root = newRoot([ext4]);
    root.addMounts([mount('/pw-file', { directory: false })]);
    expect(() => root.addMounts([mount('/pw-file/x')])).toThrow('nothing can be mounted on /pw-file/x: E');
  });

  test.each([
    ['in a layer', ext4],
    ['in a file system that is seen read-only', '26 1 0:9 / / rw - zfs pool rw'],
  ])('covers the directory of the node %s', (_, table) => {
    const root = newRoot([table], { nodeRoot: '/usr/pw-node' });
    expect(mountsOn(root, '/usr/pw-node')).toEqual([`${directory}/empty none rbind,ro`]);
  });

  test('writes paths with blanks as fstab has them', () => {
    const root = newRoot([ext4]);
    root.addMounts([mount('/a b\\c#d')]);
    expect(root.mounts.at(-1)).toContain('/root/a\\040b\\134c\\043d none');
  });
});
