import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gitInfo, startGitServer } from '../../bench/git-server.mjs';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { settings } from '../support/real-cluster.ts';
import { startJob } from '../support/start-job.ts';

describeOnCluster('volumes', (environment) => {
  const disk = `podwright-test-${randomBytes(4).toString('hex')}`;

  beforeAll(async () => {
    const { api, namespace } = environment();
    await api.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: 'settings.example.com' }, data: { one: '1\n', two: '2\n' } },
    });
    await api.createNamespacedSecret({
      namespace,
      body: { metadata: { name: 'certs' }, stringData: { 'ca.pem': 'certificate\n', key: 'key\n' } },
    });
    const capacity = { storage: '1Gi' };
    const accessModes = ['ReadWriteMany'];
    await api.createPersistentVolume({
      body: {
        metadata: { name: disk },
        spec: {
          capacity,
          accessModes,
          storageClassName: '',
          hostPath: { path: `/tmp/${disk}`, type: 'DirectoryOrCreate' },
          claimRef: { namespace, name: 'claim' },
        },
      },
    });
    await api.createNamespacedPersistentVolumeClaim({
      namespace,
      body: {
        metadata: { name: 'claim' },
        spec: { accessModes, storageClassName: '', volumeName: disk, resources: { requests: capacity } },
      },
    });
  });
  afterAll(async () => {
    // The volume leaves its directory on the node, so a job has to take it away.
    const toml = `
      [[runners.kubernetes.volumes.host_path]]
        name = "tmp"
        mount_path = "/node/tmp"
        host_path = "/tmp"`;
    await outputOf(toml, [`rm -rf /node/tmp/${disk}`]);
    await environment().api.deletePersistentVolume({ name: disk });
  });

  /** The output of a script that has the volumes. */
  async function outputOf(toml: string, script: readonly string[]): Promise<string> {
    const job = startJob(environment(), { script, toml });
    expect(await job.result).toEqual({ state: 'success' });
    return job.trace();
  }

  it('mounts keys of objects as files, where items say', async () => {
    const toml = `
      [[runners.kubernetes.volumes.config_map]]
        name = "settings.example.com"
        mount_path = "/settings"
      [[runners.kubernetes.volumes.secret]]
        name = "certs"
        mount_path = "/certs"
        read_only = true
        [runners.kubernetes.volumes.secret.items]
          "ca.pem" = "deep/ca.pem"`;
    const output = await outputOf(toml, [
      'echo "settings: $(cat /settings/one /settings/two | tr "\\n" " ")"',
      'echo "certs: $(cat /certs/deep/ca.pem) $(ls /certs)"',
    ]);
    expect(output).toContain('settings: 1 2 \n');
    expect(output).toContain('certs: certificate deep\n');
  });

  it('mounts memory, and directories of the node, which may be read-only', async () => {
    const toml = `
      [[runners.kubernetes.volumes.empty_dir]]
        name = "ram"
        mount_path = "/ram"
        medium = "Memory"
      [[runners.kubernetes.volumes.host_path]]
        name = "etc"
        mount_path = "/node/etc"
        host_path = "/etc"
        read_only = true`;
    const output = await outputOf(toml, [
      'echo "ram: $(grep " /ram " /proc/mounts | cut -d" " -f3)"',
      'test -r /node/etc/passwd',
      'touch /node/etc/x || echo "cannot be written"',
    ]);
    expect(output).toContain('ram: tmpfs\n');
    expect(output).toContain('Read-only file system');
    expect(output).toContain('cannot be written\n');
  });

  it('keeps a claim between jobs, mounts it twice, and parts of it', async () => {
    const toml = `
      [[runners.kubernetes.volumes.pvc]]
        name = "$CLAIM"
        mount_path = "/all"
      [[runners.kubernetes.volumes.pvc]]
        name = "claim"
        mount_path = "/part/$CLAIM"
        sub_path = "parts/$CLAIM"`;
    const variables = [{ key: 'CLAIM', value: 'claim', public: true }];
    const first = startJob(environment(), { script: ['echo kept > /part/claim/file'], toml, variables });
    expect(await first.result).toEqual({ state: 'success' });
    const second = startJob(environment(), { script: ['cat /all/parts/claim/file'], toml, variables });
    expect(await second.result).toEqual({ state: 'success' });
    expect(second.trace()).toContain('kept\n');
  });

  it('mounts a claim that cannot be written, next to one that can', async () => {
    const toml = `
      [[runners.kubernetes.volumes.pvc]]
        name = "claim"
        mount_path = "/read"
        read_only = true
      [[runners.kubernetes.volumes.pvc]]
        name = "claim"
        mount_path = "/write"`;
    const output = await outputOf(toml, [
      'echo written > /write/both && cat /read/both',
      'touch /read/x || echo "cannot be written"',
    ]);
    expect(output).toContain('written\n');
    expect(output).toContain('Read-only file system');
    expect(output).toContain('cannot be written\n');
  });

  it('mounts into every container, services included', async () => {
    const toml = `
      [[runners.kubernetes.volumes.empty_dir]]
        name = "shared"
        mount_path = "/shared"`;
    const service = {
      name: settings.busyboxImage,
      entrypoint: ['sh', '-c', 'echo hello > /shared/greeting; sleep 60'],
    };
    const job = startJob(environment(), {
      script: ['until test -s /shared/greeting; do sleep 0.1; done', 'echo "service: $(cat /shared/greeting)"'],
      payload: { services: [service] },
      toml,
    });
    expect(await job.result).toEqual({ state: 'success' });
    expect(job.trace()).toContain('service: hello\n');
  });

  it('refuses a job whose variables leave the volume, before anything is made', async () => {
    const toml = `
      [[runners.kubernetes.volumes.pvc]]
        name = "claim"
        mount_path = "/part"
        sub_path = "parts/$PART"`;
    const job = startJob(environment(), {
      script: ['true'],
      toml,
      variables: [{ key: 'PART', value: '../..', public: true }],
    });
    expect(await job.result).toMatchObject({
      reason: 'runner_configuration_error',
      message: expect.stringContaining('must not lead out with ".."') as unknown,
    });
    expect(job.events).toEqual([]);
  });

  it.skipIf(settings.host === undefined)('has the sources on a volume that replaces the built-in one', async () => {
    const server = await startGitServer({ file: 'from the repository\n' });
    const toml = `
      [[runners.kubernetes.volumes.pvc]]
        name = "claim"
        mount_path = "/builds"
        sub_path = "builds"`;
    const job = startJob(environment(), {
      toml,
      script: ['cat file', 'grep -c " /builds " /proc/mounts'],
      variables: [{ key: 'GIT_STRATEGY', value: 'clone', public: true }],
      payload: { git_info: gitInfo(server, settings.host ?? '') },
    });
    const result = await job.result;
    await server.close();
    expect(result).toEqual({ state: 'success' });
    expect(job.trace()).toContain('from the repository\n');
  });

  it('says what a volume waits for that cannot be mounted', async () => {
    const toml = `
      poll_timeout = 15
      [[runners.kubernetes.volumes.secret]]
        name = "certs"
        mount_path = "/certs"
        [runners.kubernetes.volumes.secret.items]
          "none.pem" = "none.pem"`;
    const job = startJob(environment(), { script: ['true'], toml });
    expect(await job.result).toMatchObject({
      reason: 'runner_system_failure',
      message: expect.stringContaining('did not start within 15 s') as unknown,
    });
    expect(job.trace()).toContain('none.pem');
  });
});
