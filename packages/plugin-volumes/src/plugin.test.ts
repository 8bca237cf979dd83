import { definePlugin, version, type Pod } from '@podwright/core';
import { buildPod, describePlugin, prepareJob } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { volumesPlugin } from './plugin.ts';

const everything = `
  [[runners.kubernetes.volumes.csi]]
    name = "csi"
    mount_path = "/csi"
    driver = "csi.example.com"
    fs_type = "ext4"
    read_only = true
    [runners.kubernetes.volumes.csi.volume_attributes]
      size = "2Gi"
      class = "fast"
  [[runners.kubernetes.volumes.empty_dir]]
    name = "ram"
    mount_path = "/ram/"
    medium = "Memory"
  [[runners.kubernetes.volumes.config_map]]
    name = "settings.example.com"
    mount_path = "/settings"
    [runners.kubernetes.volumes.config_map.items]
      "b" = "sub/b"
      "a" = "a"
  [[runners.kubernetes.volumes.pvc]]
    name = "claim-$TEAM"
    mount_path = "/claim/$TEAM"
    sub_path = "$TEAM/x"
  [[runners.kubernetes.volumes.pvc]]
    name = "claim-blue"
    mount_path = "/again"
    read_only = true
  [[runners.kubernetes.volumes.secret]]
    name = "certs"
    mount_path = "/certs"
    read_only = true
  [[runners.kubernetes.volumes.host_path]]
    name = "modules"
    mount_path = "/lib/modules"
  [[runners.kubernetes.volumes.host_path]]
    name = "socket"
    mount_path = "/var/run/docker.sock"
    host_path = "/run/docker.sock"
`;

const payload = { variables: [{ key: 'TEAM', value: 'blue', public: true }] };
const plugins = [volumesPlugin];

describePlugin(volumesPlugin, { toml: everything, payload, readme: new URL('../README.md', import.meta.url) });

/** Of the plugin alone. */
const volumesOf = ({ spec }: Pod) => spec?.volumes?.filter(({ name }) => !/^(repo|podwright-)/.test(name));
const mountsOf = ({ spec }: Pod, i: number) =>
  spec?.containers[i]?.volumeMounts?.filter(({ name }) => !/^(repo|podwright-)/.test(name));

describe('the plugin volumes', () => {
  it('mounts every kind into every container, kind by kind', async () => {
    const { pod } = await buildPod({ plugins, toml: everything, payload });
    const settings = expect.stringMatching(/^settings-example-com-[0-9a-f]{8}$/) as unknown as string;
    expect(volumesOf(pod)).toEqual([
      { name: 'modules', hostPath: { path: '/lib/modules' } },
      { name: 'socket', hostPath: { path: '/run/docker.sock' } },
      { name: 'certs', secret: { secretName: 'certs' } },
      { name: 'claim-blue', persistentVolumeClaim: { claimName: 'claim-blue' } },
      {
        name: settings,
        configMap: {
          name: 'settings.example.com',
          items: [
            { key: 'a', path: 'a' },
            { key: 'b', path: 'sub/b' },
          ],
        },
      },
      { name: 'ram', emptyDir: { medium: 'Memory' } },
      {
        name: 'csi',
        csi: {
          driver: 'csi.example.com',
          fsType: 'ext4',
          readOnly: true,
          volumeAttributes: { class: 'fast', size: '2Gi' },
        },
      },
    ]);
    const mounts = [
      { name: 'modules', mountPath: '/lib/modules' },
      { name: 'socket', mountPath: '/var/run/docker.sock' },
      { name: 'certs', mountPath: '/certs', readOnly: true },
      { name: 'claim-blue', mountPath: '/claim/blue', subPath: 'blue/x' },
      { name: 'claim-blue', mountPath: '/again', readOnly: true },
      { name: settings, mountPath: '/settings' },
      { name: 'ram', mountPath: '/ram' },
      { name: 'csi', mountPath: '/csi', readOnly: true },
    ];
    expect(mountsOf(pod, 0)).toEqual(mounts);
    expect(mountsOf(pod, 1)).toEqual(mounts);
  });

  it.each(['/builds', '/builds/', '//builds'])(
    'takes the place of the built-in volume of the builds directory: %s',
    async (path) => {
      const toml = `[[runners.kubernetes.volumes.pvc]]\nname = "builds"\nmount_path = "${path}"`;
      const { pod } = await buildPod({ plugins, toml });
      expect(pod.spec?.volumes?.map(({ name }) => name)).not.toContain('repo');
      expect(mountsOf(pod, 0)).toEqual([{ name: 'builds', mountPath: '/builds' }]);
    },
  );

  it('may have the name of the built-in volume where it takes its place', async () => {
    const toml = '[[runners.kubernetes.volumes.empty_dir]]\nname = "repo"\nmount_path = "/builds"\nmedium = "Memory"';
    const { pod } = await buildPod({ plugins, toml });
    expect(pod.spec?.volumes?.find(({ name }) => name === 'repo')).toEqual({
      name: 'repo',
      emptyDir: { medium: 'Memory' },
    });
  });

  it.each([
    ['name = "$NONE"\nmount_path = "/x"', 'volumes.pvc[0].name "$NONE": "" is no name of an object'],
    ['name = "x"\nmount_path = "$NONE"', 'volumes.pvc[0].mount_path "$NONE": "" must be an absolute path'],
    ['name = "x"\nmount_path = "$REL"', 'volumes.pvc[0].mount_path "$REL": "a/b" must be an absolute path'],
    ['name = "x"\nmount_path = "/x"\nsub_path = "$UP"', 'volumes.pvc[0].sub_path "$UP": "../.." must not lead out'],
    ['name = "x"\nmount_path = "/x"\nsub_path = "$NONE"', 'volumes.pvc[0].sub_path "$NONE": "" has an empty part'],
    ['name = "x"\nmount_path = "/x"\nsub_path = "all/$NONE"', '"all/$NONE": "all/" has an empty part'],
    ['name = "x"\nmount_path = "/x/$UP"', 'volumes.pvc[0].mount_path "/x/$UP": "/x/../.." must not have ".." in it'],
    ['name = "x"\nmount_path = "$$x"', 'volumes.pvc[0].mount_path "$$x": "$x" must be an absolute path'],
    [
      'name = "$OWN"\nmount_path = "/x"',
      'volumes.pvc[0].name "$OWN": "podwright-job" is the name of a volume of podwright\'s own',
    ],
    ['name = "repo"\nmount_path = "/x"', 'volumes.pvc[0].name: "repo" is the name of the volume at /builds'],
    ['name = "x"\nmount_path = "$SECRET"', 'volumes.pvc[0].mount_path "$SECRET": "[MASKED]" must be an absolute path'],
    ['name = "x"\nmount_path = "//podwright/./$JOB"', 'mount_path: is in /podwright/job, which podwright needs itself'],
    ['name = "x"\nmount_path = "/podwright/$JOB/x"', 'mount_path: is in /podwright/job, which podwright needs itself'],
    ['name = "x"\nmount_path = "$CONTROL/"', 'mount_path: is in /podwright/control, which podwright needs'],
  ])('refuses a job whose variables lead nowhere: %j', async (entry, message) => {
    const variables = [
      { key: 'REL', value: 'a/b' },
      { key: 'UP', value: '../..' },
      { key: 'JOB', value: 'job' },
      { key: 'CONTROL', value: '/podwright/control' },
      { key: 'OWN', value: 'podwright-job' },
      { key: 'SECRET', value: 'hunter2hunter2', masked: true },
    ];
    const toml = `[[runners.kubernetes.volumes.pvc]]\n${entry}`;
    await expect(prepareJob({ plugins, toml, payload: { variables } })).rejects.toMatchObject({
      plugin: 'volumes',
      message: expect.stringContaining(message) as unknown,
    });
  });

  it('refuses a job whose variables bring two volumes together, and names both', async () => {
    const toml = `
      [[runners.kubernetes.volumes.pvc]]
        name = "one"
        mount_path = "/data"
      [[runners.kubernetes.volumes.empty_dir]]
        name = "two"
        mount_path = "/$DIR"`;
    const variables = [{ key: 'DIR', value: 'data' }];
    await expect(prepareJob({ plugins, toml, payload: { variables } })).rejects.toThrow(
      'volumes.empty_dir[0].mount_path: "/data" is the mount path of volumes.pvc[0], too',
    );
  });

  it('says all that is wrong with a job at once', async () => {
    const toml = `
      [[runners.kubernetes.volumes.pvc]]
        name = "$BAD"
        mount_path = "/a"
        sub_path = "$NONE"
      [[runners.kubernetes.volumes.empty_dir]]
        name = "b"
        mount_path = "/podwright/$CONTROL"`;
    const variables = [
      { key: 'BAD', value: 'Not_A_Name' },
      { key: 'CONTROL', value: 'control' },
    ];
    await expect(prepareJob({ plugins, toml, payload: { variables } })).rejects.toThrow(
      /^volumes\.pvc\[0\]\.name "\$BAD": "Not_A_Name" is no name of an object.*; volumes\.pvc\[0\]\.sub_path "\$NONE": "" has an empty part; volumes\.empty_dir\[0\]\.mount_path: is in \/podwright\/control, which/,
    );
  });

  it('says that a masked variable is in the Pod', async () => {
    const toml = '[[runners.kubernetes.volumes.pvc]]\nname = "x"\nmount_path = "/x"\nsub_path = "$SECRET"';
    const variables = [{ key: 'SECRET', value: 'hunter2hunter2', masked: true }];
    const { trace } = await prepareJob({ plugins, toml, payload: { variables } });
    expect(trace).toEqual([
      'warn: volumes.pvc[0].sub_path holds the value of a masked variable, which all can read who may see the Pod',
    ]);
  });

  it('mounts into services and init containers, too', async () => {
    const toml = '[[runners.kubernetes.volumes.empty_dir]]\nname = "ram"\nmount_path = "/ram"';
    const { pod } = await buildPod({ plugins: [moreContainers, volumesPlugin], toml });
    const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
    expect(containers.map((container) => container.name)).toEqual(['helper', 'build', 'svc-0', 'init']);
    for (const { volumeMounts } of containers) expect(volumeMounts).toContainEqual({ name: 'ram', mountPath: '/ram' });
  });

  it('shares what depends on no variable between Pods', async () => {
    const toml = '[[runners.kubernetes.volumes.empty_dir]]\nname = "ram"\nmount_path = "/ram"';
    const job = await prepareJob({ plugins, toml });
    const [first, second] = [await job.build(), await job.build()];
    expect(volumesOf(first.pod)?.[0]).toBe(volumesOf(second.pod)?.[0]);
    expect(mountsOf(first.pod, 0)?.[0]).toBe(mountsOf(second.pod, 1)?.[0]);
  });
});

/** Stands for the plugins that declare such containers. */
const moreContainers = definePlugin({
  name: 'more-containers',
  core: `^${version}`,
  configSchema: z.strictObject({}),
  apply({ hooks }) {
    hooks.prepare.tap('more-containers', (job) => {
      job.declareContainer({ name: 'svc-0', role: 'service' });
      job.declareContainer({ name: 'init', role: 'init' });
    });
  },
});
