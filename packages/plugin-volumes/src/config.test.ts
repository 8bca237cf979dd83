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
    ['a volume without a name', { pvc: [{ mount_path: '/a' }] }, 'volumes.pvc.0.name: '],
    ['a volume without a mount path', { secret: [{ name: 'a' }] }, 'volumes.secret.0.mount_path: '],
    ['a driver that is missing', { csi: [ok] }, 'volumes.csi.0.driver: '],
    ['an unknown table', { nfs: [ok] }, 'Unrecognized key: "nfs"'],
    ['an unknown key', { empty_dir: [{ ...ok, read_only: true }] }, 'Unrecognized key: "read_only"'],
    ['a table in place of a list', { pvc: ok }, 'must be a list: write [[runners.kubernetes.volumes.pvc]]'],
    ['a relative mount path', { pvc: [{ ...ok, mount_path: 'data' }] }, '"data" must be an absolute path'],
    ['a colon', { pvc: [{ ...ok, mount_path: '/a:b' }] }, '"/a:b" must not have a colon'],
    ['the root', { pvc: [{ ...ok, mount_path: '//' }] }, 'the whole file system cannot be replaced'],
    ['an absolute sub path', { pvc: [{ ...ok, sub_path: '/a' }] }, '"/a" must be a relative path'],
    ['a way out', { pvc: [{ ...ok, sub_path: 'a/../../b' }] }, 'must not lead out with ".."'],
    ['a way out of items', { secret: [{ ...ok, items: { k: '../x' } }] }, 'volumes.secret.0.items.k: "../x" must not'],
    ['a relative path of the host', { host_path: [{ ...ok, host_path: 'x' }] }, 'host_path: must be an absolute path'],
    ['an unknown medium', { empty_dir: [{ ...ok, medium: 'memory' }] }, 'medium: must be empty, "Memory"'],
    ['a name with a dot', { empty_dir: [{ ...ok, name: 'a.b' }] }, '"a.b" is no name for a volume'],
    ['a name with capitals', { config_map: [{ ...ok, name: 'Data' }] }, '"Data" is no name of an object'],
    ["a name of podwright's own", { empty_dir: [{ ...ok, name: 'repo' }] }, "a volume of podwright's own"],
    ["an object of podwright's own name", { pvc: [{ ...ok, name: 'repo' }] }, "a volume of podwright's own"],
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
