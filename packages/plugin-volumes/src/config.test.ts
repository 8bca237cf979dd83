import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';

function problemsOf(volumes: unknown): string[] {
  const { error } = configSchema.safeParse({ volumes });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const ok = { name: 'data', mount_path: '/data' };

describe('configSchema', () => {
  it('has no volumes by default', () => {
    const none = { host_path: [], secret: [], pvc: [], config_map: [], empty_dir: [], csi: [] };
    expect(configSchema.parse({})).toEqual({ volumes: none });
  });

  it.each([
    ['a volume without a name', { pvc: [{ mount_path: '/a' }] }, 'volumes.pvc.0.name: is missing'],
    ['a volume without a mount path', { secret: [{ name: 'a' }] }, 'volumes.secret.0.mount_path: is missing'],
    ['a driver that is missing', { csi: [ok] }, 'volumes.csi.0.driver: is missing'],
    ['a name that is no text', { csi: [{ ...ok, name: 1, driver: 'x' }] }, 'name: 1 must be in quotes: "1"'],
    ['an unknown table', { nfs: [ok] }, 'Unrecognized key: "nfs"'],
    ['an unknown key', { empty_dir: [{ ...ok, read_only: true }] }, 'Unrecognized key: "read_only"'],
    ['a table in place of a list', { pvc: ok }, 'must be a list: write [[runners.kubernetes.volumes.pvc]]'],
    ['a relative mount path', { pvc: [{ ...ok, mount_path: 'data' }] }, '"data" must be an absolute path'],
    ['a colon', { pvc: [{ ...ok, mount_path: '/a:b' }] }, '"/a:b" must not have a colon'],
    ['the root', { pvc: [{ ...ok, mount_path: '//' }] }, '"//" is the root: the whole file system cannot be replaced'],
    ['the root, in another way', { pvc: [{ ...ok, mount_path: '/.' }] }, '"/." is the root'],
    ['a mount path with a way up', { pvc: [{ ...ok, mount_path: '/a/../b' }] }, '"/a/../b" must not have ".." in it'],
    [
      "podwright's own directory",
      { pvc: [{ ...ok, mount_path: '//podwright/./job/' }] },
      'volumes.pvc.0.mount_path: "//podwright/./job/" is in /podwright/job, which podwright needs itself',
    ],
    ['what is in it', { pvc: [{ ...ok, mount_path: '/podwright/control/x' }] }, 'is in /podwright/control, which'],
    ['a relative path before a variable', { pvc: [{ ...ok, mount_path: 'a/$B' }] }, '"a/$B" must be an absolute path'],
    ['an absolute sub path', { pvc: [{ ...ok, sub_path: '/a' }] }, '"/a" must be a relative path'],
    ['a way out', { pvc: [{ ...ok, sub_path: 'a/../../b' }] }, 'must not lead out with ".."'],
    ['a way out of items', { secret: [{ ...ok, items: { k: '../x' } }] }, 'volumes.secret.0.items.k: "../x" must not'],
    [
      'a relative path of the host',
      { host_path: [{ ...ok, host_path: 'x' }] },
      'host_path: "x" must be an absolute path',
    ],
    ['a way up on the host', { host_path: [{ ...ok, host_path: '/a/../b' }] }, '"/a/../b" must not have ".." in it'],
    [
      'a directory of the node that jobs choose',
      { host_path: [{ ...ok, mount_path: '/srv/$TEAM' }] },
      'volumes.host_path.0.host_path: is needed, as mount_path "/srv/$TEAM" has variables',
    ],
    ['an unknown medium', { empty_dir: [{ ...ok, medium: 'memory' }] }, 'medium: "memory" must be empty, "Memory"'],
    ['a key that no object has', { secret: [{ ...ok, items: { 'a/b': 'x' } }] }, 'items.a/b: "a/b" is no key'],
    ['an item without a path', { secret: [{ ...ok, items: { a: '' } }] }, 'items.a: "" must be the path of a file'],
    ['a hidden way out of items', { secret: [{ ...ok, items: { a: '..x' } }] }, '"..x" must not begin with ".."'],
    ['a driver with a bad name', { csi: [{ ...ok, driver: 'My_Driver' }] }, '"My_Driver" is no name of a CSI driver'],
    ['a driver with a long name', { csi: [{ ...ok, driver: 'x'.repeat(64) }] }, 'is no name of a CSI driver'],
    ['a name with a dot', { empty_dir: [{ ...ok, name: 'a.b' }] }, '"a.b" is no name for a volume'],
    ['a name with capitals', { config_map: [{ ...ok, name: 'Data' }] }, '"Data" is no name of an object'],
    ["a name of podwright's own", { empty_dir: [{ ...ok, name: 'podwright-job' }] }, "a volume of podwright's own"],
    ["an object of podwright's own name", { pvc: [{ ...ok, name: 'podwright-job' }] }, "a volume of podwright's own"],
  ])('refuses %s', (_, volumes, message) => {
    const problems = problemsOf(volumes);
    expect(problems).toEqual([expect.stringContaining(message)]);
  });

  it('names both of two entries that cannot be together', () => {
    const volumes = {
      host_path: [ok],
      pvc: [{ name: 'claim', mount_path: '/data/' }],
      csi: [{ name: 'data', mount_path: '/other', driver: 'x' }],
    };
    expect(problemsOf(volumes)).toEqual([
      'volumes.pvc.0.mount_path: "/data/" is the mount path of volumes.host_path[0], too',
      'volumes.csi.0.name: "data" is the name of volumes.host_path[0], too',
    ]);
  });

  it.each(['', 'Memory', 'HugePages', 'HugePages-2Mi'])('takes the medium %j', (medium) => {
    expect(problemsOf({ empty_dir: [{ ...ok, medium }] })).toEqual([]);
  });

  it('finds one mount path in two spellings', () => {
    const pvc = [
      { name: 'a', mount_path: '/data/x' },
      { name: 'b', mount_path: '//data/./x/' },
    ];
    expect(problemsOf({ pvc })).toEqual([
      'volumes.pvc.1.mount_path: "//data/./x/" is the mount path of volumes.pvc[0], too',
    ]);
  });

  it('takes variables in a mount path where the directory of the node is fixed, and drivers with capitals', () => {
    const host_path = [{ ...ok, mount_path: '/srv/$TEAM', host_path: '/srv/all' }];
    const csi = [{ name: 'csi', mount_path: '/csi', driver: 'CSI.example.com' }];
    expect(problemsOf({ host_path, csi })).toEqual([]);
  });

  it('takes a claim twice, and paths and claims that variables decide on', () => {
    const pvc = [
      { name: 'claim', mount_path: '/a', sub_path: 'one' },
      { name: 'claim', mount_path: '/b' },
      { name: '$CLAIM', mount_path: '$DIR' },
      { name: 'x', mount_path: '/c/$DIR' },
    ];
    expect(problemsOf({ pvc })).toEqual([]);
  });
});
