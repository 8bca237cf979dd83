import type { V1Container } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { startJob, type StartedJob } from '../support/start-job.ts';

describeOnCluster('rights and users', (environment) => {
  it('takes NET_RAW away, and nothing else', async () => {
    const job = startJob(environment(), { script: [printRights] });
    expect(await job.result).toEqual({ state: 'success' });
    expect(rights(job)).toMatchObject({ NET_RAW: false, CHOWN: true, KILL: true, SYS_TIME: false });
    expect(job.trace()).toContain('NoNewPrivs:0\n');
  });

  it('gives NET_RAW back when it is added', async () => {
    const job = startJob(environment(), { script: [printRights], toml: 'cap_add = ["NET_RAW"]' });
    expect(await job.result).toEqual({ state: 'success' });
    expect(rights(job)).toMatchObject({ NET_RAW: true });
  });

  it('adds and drops capabilities in build and helper', async () => {
    const job = startJob(environment(), {
      script: [printRights, 'echo started', 'sleep 2'],
      toml: 'cap_add = ["SYS_TIME", "KILL"]\ncap_drop = ["SETFCAP", "KILL"]\nallow_privilege_escalation = false',
    });
    const name = await job.seen('started\n');
    const pod = await environment().api.readNamespacedPod({ name, namespace: environment().namespace });
    const containers = new Map(pod.spec?.containers.map((container) => [container.name, container]));
    expect(securityOf(containers.get('helper'))).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { add: ['SYS_TIME'], drop: ['KILL', 'NET_RAW', 'SETFCAP'] },
    });
    expect(securityOf(containers.get('build'))).toEqual(securityOf(containers.get('helper')));
    expect(await job.result).toEqual({ state: 'success' });
    expect(rights(job)).toMatchObject({ NET_RAW: false, KILL: false, SETFCAP: false, SYS_TIME: true, CHOWN: true });
    expect(job.trace()).toContain('NoNewPrivs:1\n');
  });

  it('drops all capabilities but those that are added', async () => {
    const job = startJob(environment(), { script: [printRights], toml: 'cap_add = ["CHOWN"]\ncap_drop = ["ALL"]' });
    expect(await job.result).toEqual({ state: 'success' });
    expect(Object.entries(rights(job)).filter(([, has]) => has)).toEqual([['CHOWN', true]]);
  });

  it('adds all capabilities but the one that is dropped by default', async () => {
    const job = startJob(environment(), { script: [printRights], toml: 'cap_add = ["ALL"]' });
    expect(await job.result).toEqual({ state: 'success' });
    expect(Object.entries(rights(job)).filter(([, has]) => !has)).toEqual([['NET_RAW', false]]);
  });

  it('runs privileged containers, in which cap_drop has no effect', async () => {
    const job = startJob(environment(), {
      script: [printRights, 'ls /dev/kmsg'],
      toml: 'privileged = true\ncap_drop = ["KILL"]',
    });
    expect(await job.result).toEqual({ state: 'success' });
    expect(rights(job)).toMatchObject({ NET_RAW: true, KILL: true, SYS_ADMIN: true });
  });

  it('runs everything as the user and in the groups of the configuration', async () => {
    const job = startJob(environment(), {
      script: [
        'echo "user $(id -u), group $(id -g), groups $(id -G)"',
        printRights,
        'echo "builds belong to group $(stat -c %g /builds)"',
        'echo made > made && echo "file of $(stat -c "%u %g" made)"',
      ],
      afterScript: ['echo "after: $(cat made)"'],
      variables: [{ key: 'KEY', value: 'content', file: true }],
      toml: `
        cap_add = ["SYS_TIME"]
        [runners.kubernetes.pod_security_context]
        run_as_non_root = true
        run_as_user = 59417
        run_as_group = 59418
        fs_group = 59419
        supplemental_groups = [7, 9]
      `,
    });
    expect(await job.result).toEqual({ state: 'success' });
    const trace = job.trace();
    const [, groups = ''] = /user 59417, group 59418, groups ([\d ]+)\n/.exec(trace) ?? [];
    expect(groups.split(' ').toSorted()).toEqual(['59418', '59419', '7', '9']);
    expect(trace).toContain('builds belong to group 59419\n');
    // The folder hands its group on to what is made in it.
    expect(trace).toContain('file of 59417 59419\n');
    expect(trace).toContain('after: made\n');
    // Only the upper bound: the process itself has no capability.
    expect(rights(job)).toMatchObject({ SYS_TIME: true, NET_RAW: false });
    expect(trace).toContain('CapEff:0000000000000000\n');
  });

  it('says that an image would run as root where it must not', async () => {
    const job = startJob(environment(), {
      script: ['true'],
      toml: '[runners.kubernetes.pod_security_context]\nrun_as_non_root = true',
    });
    expect(await job.result).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('runAsNonRoot and image will run as root'),
    });
  });
});

const printRights = "grep -E '^(CapBnd|CapEff|NoNewPrivs):' /proc/self/status | tr -d '\\t '";

/** Some capabilities and their bits. */
const bits = { CHOWN: 0, KILL: 5, NET_RAW: 13, SYS_ADMIN: 21, SYS_TIME: 25, SETFCAP: 31 } as const;

/** What a job has printed of what its processes may do at most. */
function rights(job: StartedJob): Record<string, boolean> {
  const [, mask = '0'] = /^CapBnd:([\da-f]+)$/m.exec(job.trace()) ?? [];
  return Object.fromEntries(
    Object.entries(bits).map(([name, bit]) => [name, ((BigInt(`0x${mask}`) >> BigInt(bit)) & 1n) === 1n]),
  );
}

/** Without what the API leaves undefined. */
function securityOf(container: V1Container | undefined): unknown {
  return JSON.parse(JSON.stringify(container?.securityContext ?? null));
}
