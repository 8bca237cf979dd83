import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JobRejectedError, PluginError, PluginLoadError, PodFieldConflictError } from './errors.ts';
import type { ExecutorHooks } from './hooks.ts';
import type { PodSpec } from './kubernetes.ts';
import { definePlugin } from './plugin.ts';
import type { PodDraft } from './pod/draft.ts';
import { fakeExecutor, fakeJob, fakePayload } from './test-kit/fakes.ts';

const files = new Map([['supervisor.sh', 'true']]);
const build = { plan: { timeoutSeconds: 60 }, files, slot: 0, random: 'abcdefgh' };

describe('Executor', () => {
  it('builds a Pod of core alone', async () => {
    const executor = fakeExecutor();
    const payload = fakePayload({
      variables: [
        { key: 'PUBLIC', value: 'costs $5 $(X)', public: true },
        { key: 'SECRET', value: 'hidden' },
        { key: 'MASKED', value: 'hidden as well', public: true, masked: true },
      ],
    });
    const { pod, secrets } = await executor.build(fakeJob(executor, payload), build);
    expect(pod).toMatchInlineSnapshot(`
      {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
          "annotations": {},
          "labels": {
            "app.kubernetes.io/instance": "runner-abcd1234-project-17-concurrent-0-abcdefgh",
            "app.kubernetes.io/managed-by": "podwright",
            "pod": "runner-abcd1234-project-17-concurrent-0",
          },
          "name": "runner-abcd1234-project-17-concurrent-0-abcdefgh",
          "namespace": "ci",
        },
        "spec": {
          "activeDeadlineSeconds": 3840,
          "containers": [
            {
              "command": [
                "sh",
                "helper",
              ],
              "name": "helper",
              "volumeMounts": [
                {
                  "mountPath": "/builds",
                  "name": "repo",
                },
                {
                  "mountPath": "/podwright/control",
                  "name": "podwright-control",
                },
                {
                  "mountPath": "/podwright/job",
                  "name": "podwright-job",
                  "readOnly": true,
                },
              ],
            },
            {
              "command": [
                "sh",
                "build",
              ],
              "env": [
                {
                  "name": "CI_RUNNER_SHORT_TOKEN",
                  "value": "AbCd1234",
                },
                {
                  "name": "CI_BUILDS_DIR",
                  "value": "/builds",
                },
                {
                  "name": "CI_PROJECT_DIR",
                  "value": "/builds/g/p",
                },
                {
                  "name": "CI_CONCURRENT_ID",
                  "value": "0",
                },
                {
                  "name": "CI_CONCURRENT_PROJECT_ID",
                  "value": "0",
                },
                {
                  "name": "CI_SERVER",
                  "value": "yes",
                },
                {
                  "name": "CI_JOB_STATUS",
                  "value": "running",
                },
                {
                  "name": "PUBLIC",
                  "value": "costs  $$(X)",
                },
                {
                  "name": "CI_DISPOSABLE_ENVIRONMENT",
                  "value": "true",
                },
                {
                  "name": "CI_RUNNER_VERSION",
                  "value": "1.2.3",
                },
                {
                  "name": "CI_RUNNER_REVISION",
                  "value": "abcdef",
                },
                {
                  "name": "CI_RUNNER_EXECUTABLE_ARCH",
                  "value": "linux/amd64",
                },
              ],
              "name": "build",
              "volumeMounts": [
                {
                  "mountPath": "/builds",
                  "name": "repo",
                },
                {
                  "mountPath": "/podwright/control",
                  "name": "podwright-control",
                },
                {
                  "mountPath": "/podwright/job",
                  "name": "podwright-job",
                  "readOnly": true,
                },
              ],
            },
          ],
          "restartPolicy": "Never",
          "terminationGracePeriodSeconds": 0,
          "volumes": [
            {
              "emptyDir": {},
              "name": "repo",
            },
            {
              "emptyDir": {},
              "name": "podwright-control",
            },
            {
              "name": "podwright-job",
              "projected": {
                "defaultMode": 292,
                "sources": [
                  {
                    "secret": {
                      "name": "runner-abcd1234-project-17-concurrent-0-abcdefgh-job",
                      "optional": false,
                    },
                  },
                ],
              },
            },
          ],
        },
      }
    `);
    expect(secrets).toMatchInlineSnapshot(`
      [
        {
          "apiVersion": "v1",
          "immutable": true,
          "kind": "Secret",
          "metadata": {
            "labels": {
              "app.kubernetes.io/instance": "runner-abcd1234-project-17-concurrent-0-abcdefgh",
              "app.kubernetes.io/managed-by": "podwright",
              "pod": "runner-abcd1234-project-17-concurrent-0",
            },
            "name": "runner-abcd1234-project-17-concurrent-0-abcdefgh-job",
            "namespace": "ci",
          },
          "stringData": {
            "supervisor.sh": "true",
          },
          "type": "Opaque",
        },
      ]
    `);
    expect(JSON.stringify(pod)).not.toContain('hidden');
  });

  it('gives the same Pod for the same job, byte for byte', async () => {
    const executor = fakeExecutor([
      plugin('a', (hooks) => hooks.buildPod.tap('a', ({ pod }) => void (pod.spec.nodeName = 'n'))),
    ]);
    const [first, second] = await Promise.all([1, 2].map(() => executor.build(fakeJob(executor), build)));
    expect(JSON.stringify(first)).toBe(JSON.stringify(second));
  });

  it('keeps the scripts for last among the Secrets', async () => {
    const executor = fakeExecutor([
      plugin('a', (hooks) =>
        hooks.buildPod.tap('a', (draft) => void draft.addSecret({ suffix: 'registry', data: {} })),
      ),
    ]);
    const large = new Map([1, 2].map((i) => [`file-${i}`, 'x'.repeat(600 * 1024)]));
    const { pod, secrets } = await executor.build(fakeJob(executor), { ...build, files: large });
    const prefix = `${pod.metadata?.name}-`;
    expect(secrets.map((secret) => secret.metadata?.name?.replace(prefix, ''))).toEqual(['registry', 'job', 'job-1']);
  });

  it('names the author of each field', async () => {
    const executor = fakeExecutor([
      plugin('a', (hooks) => {
        hooks.buildContainer.tap('a', ({ spec, role }) => void (spec.image = `image-of-${role}`));
        hooks.buildPod.tapPromise('a', async (draft) => {
          await Promise.resolve();
          draft.addVolume({ name: 'v', emptyDir: { medium: 'Memory' } }, { config: 'v' });
        });
      }),
      plugin('b', (hooks) => hooks.mutatePod.tap('b', ({ pod }) => void (pod.spec.containers[1]!.image = 'patched'))),
    ]);
    const { provenance } = await executor.build(fakeJob(executor), build);
    const author = (path: string) => provenance.get(path);
    expect(author('metadata.name')).toMatchObject({ plugin: 'core', hook: 'skeleton' });
    expect(author('spec.volumes[v].emptyDir.medium')).toEqual({
      plugin: 'a',
      hook: 'buildPod',
      cause: { config: 'v' },
    });
    expect(author('spec.containers[helper].image')).toEqual({ plugin: 'a', hook: 'buildContainer' });
    expect(author('spec.containers[build].image')).toEqual({ plugin: 'b', hook: 'mutatePod' });
    expect(author('spec.containers[build].volumeMounts[/builds].name')?.plugin).toBe('core');
  });

  it('says of each field of its own what it is for', async () => {
    const executor = fakeExecutor();
    const { provenance } = await executor.build(fakeJob(executor), build);
    expect([...provenance].filter(([, { cause }]) => cause === undefined)).toEqual([]);
  });

  it('leaves its own volume out where a plugin mounts one', async () => {
    const executor = fakeExecutor([
      plugin('a', (hooks) => hooks.prepare.tap('a', (job) => job.claimMountPath('/builds'))),
    ]);
    const job = fakeJob(executor);
    await executor.prepare(job);
    const { pod } = await executor.build(job, build);
    expect(pod.spec?.volumes?.map(({ name }) => name)).toEqual(['podwright-control', 'podwright-job']);
    expect(pod.spec?.containers[0]?.volumeMounts?.map(({ name }) => name)).toEqual([
      'podwright-control',
      'podwright-job',
    ]);
  });

  it.each([
    ['/podwright/control', 'is needed by podwright itself'],
    ['/taken', 'has a volume already'],
  ])('lets no plugin mount a volume on %s', async (path, message) => {
    const executor = fakeExecutor([
      plugin('a', (hooks) => hooks.prepare.tap('a', (job) => job.claimMountPath('/taken'))),
      plugin('b', (hooks) => hooks.prepare.tap('b', (job) => job.claimMountPath(path))),
    ]);
    await expect(executor.prepare(fakeJob(executor))).rejects.toThrow(message);
  });

  it('makes Services that find this Pod only', async () => {
    const executor = fakeExecutor([
      plugin('a', (hooks) =>
        hooks.buildPod.tap('a', (draft) =>
          draft.addService({ key: 'service,name-.non-compat!ble', ports: [{ number: 80, name: 'web' }] }),
        ),
      ),
    ]);
    const { pod, services } = await executor.build(fakeJob(executor), build);
    expect(services).toMatchObject([
      {
        metadata: { name: 'servicename-non-compatble-abcdefgh', namespace: 'ci' },
        spec: {
          selector: { 'app.kubernetes.io/instance': pod.metadata?.name },
          ports: [{ port: 80, targetPort: 80, name: 'web' }],
        },
      },
    ]);
  });

  it('tells a job which of its variables belong to a disabled plugin', async () => {
    const lines: string[] = [];
    const log = { info: () => undefined, warn: (text: string) => void lines.push(text), error: () => undefined };
    const off = { ...plugin('off', () => undefined), variables: [{ name: 'OFF_*', description: '' }] };
    const executor = fakeExecutor([], [off]);
    const variables = [{ key: 'OFF_1', value: 'x' }, { key: 'OFF_2' }, { key: 'ON', value: 'x' }];
    await executor.prepare(fakeJob(executor, fakePayload({ variables }), log));
    expect(lines).toEqual(['OFF_1 is ignored: the plugin off is disabled on this runner']);
  });

  it('refuses two plugins that write one field, and names both', async () => {
    const write = (name: string) =>
      plugin(name, (hooks) => hooks.buildContainer.tap(name, ({ spec }) => void (spec.workingDir = `/${name}`)));
    const executor = fakeExecutor([write('a'), write('b')]);
    const building = executor.build(fakeJob(executor), build);
    await expect(building).rejects.toThrow(PodFieldConflictError);
    await expect(building).rejects.toThrow(
      'spec.containers[helper].workingDir: written by plugin a, then by plugin b; a field has one owner',
    );
  });

  it('refuses a plugin that removes what another wrote', async () => {
    const executor = fakeExecutor([
      plugin('a', (hooks) => hooks.buildPod.tap('a', ({ pod }) => void (pod.metadata.labels['team'] = 'x'))),
      plugin('b', (hooks) => hooks.buildPod.tap('b', ({ pod }) => void (pod.metadata.labels = {}))),
    ]);
    await expect(executor.build(fakeJob(executor), build)).rejects.toThrow(PodFieldConflictError);
  });

  it.each([
    ['buildPod', (hooks: ExecutorHooks) => hooks.buildPod.tap('a', () => fail('broken'))],
    [
      'buildContainer',
      (hooks: ExecutorHooks) => hooks.buildContainer.tapPromise('a', () => Promise.reject(new Error('broken'))),
    ],
    ['validatePod', (hooks: ExecutorHooks) => hooks.validatePod.tap('a', () => fail('broken'))],
  ])('names the plugin and the hook when %s fails', async (hook, tap) => {
    const executor = fakeExecutor([plugin('a', tap)]);
    const building = executor.build(fakeJob(executor), build);
    await expect(building).rejects.toThrow(PluginError);
    await expect(building).rejects.toThrow(`[plugin a] ${hook}: broken`);
  });

  it.each<[string, 'buildPod' | 'mutatePod', (spec: PodSpec) => unknown, string]>([
    [
      'adds containers',
      'buildPod',
      (spec) => spec.containers.push({ name: 'x' }),
      'containers are declared in prepare',
    ],
    ['deletes the list', 'buildPod', (spec) => Reflect.deleteProperty(spec, 'containers'), 'spec.containers is gone'],
    ['deletes the list', 'mutatePod', (spec) => Reflect.deleteProperty(spec, 'containers'), 'spec.containers is gone'],
    ['empties the list', 'mutatePod', (spec) => (spec.containers = []), 'spec.containers[helper] is gone'],
    ['removes a container', 'mutatePod', (spec) => spec.containers.pop(), 'spec.containers[build] is gone'],
    ['leaves a hole', 'mutatePod', (spec) => Reflect.set(spec.containers, 1, null), 'spec.containers[build] is gone'],
    ['renames one', 'mutatePod', (spec) => (spec.containers[0]!.name = 'x'), 'spec.containers[helper] is gone'],
    ['doubles one', 'mutatePod', (spec) => spec.containers.push({ name: 'build' }), 'spec.containers[build] is there'],
    ['deletes init containers', 'mutatePod', (spec) => delete spec.initContainers, 'spec.initContainers is gone'],
  ])('names a plugin that %s in %s', async (_, hook, change, message) => {
    const broken = plugin('a', (hooks) => {
      hooks.prepare.tap('a', (job) => job.declareContainer({ name: 'first', role: 'init' }));
      hooks[hook].tap('a', ({ pod }) => void change(pod.spec));
    });
    const executor = fakeExecutor([broken]);
    const job = fakeJob(executor);
    await executor.prepare(job);
    const building = executor.build(job, build);
    await expect(building).rejects.toThrow(PluginError);
    await expect(building).rejects.toThrow(`[plugin a] ${hook}: ${message}`);
  });

  it('names a plugin that deletes the spec', async () => {
    const executor = fakeExecutor([
      plugin('a', (hooks) => hooks.mutatePod.tap('a', ({ pod }) => void Reflect.deleteProperty(pod, 'spec'))),
    ]);
    await expect(executor.build(fakeJob(executor), build)).rejects.toThrow('[plugin a] mutatePod: spec is gone');
  });

  it('attributes a container that a patch replaced to its author', async () => {
    const replace = ({ pod }: PodDraft) => {
      pod.spec.containers = pod.spec.containers.map((c) => ({ ...c, image: `mine/${c.name}` }));
    };
    const executor = fakeExecutor([plugin('a', (hooks) => hooks.mutatePod.tap('a', replace))]);
    const { provenance } = await executor.build(fakeJob(executor), build);
    expect(provenance.get('spec.containers[helper].image')).toMatchObject({ plugin: 'a', hook: 'mutatePod' });
    expect(provenance.get('spec.containers[helper].name')).toMatchObject({ plugin: 'core' });
  });

  it('passes a refusal of the job on, with the name of the plugin', async () => {
    const refuse = (hooks: ExecutorHooks) =>
      hooks.prepare.tap('a', () => {
        throw new JobRejectedError('no');
      });
    const executor = fakeExecutor([plugin('a', refuse)]);
    await expect(executor.prepare(fakeJob(executor))).rejects.toMatchObject({
      message: 'no',
      plugin: 'a',
      code: 'JOB_REJECTED',
    });
  });

  it('keeps the finished Pod from being written by validatePod', async () => {
    const executor = fakeExecutor([
      plugin('a', (hooks) => hooks.validatePod.tap('a', (pod) => void (pod.spec!.containers[0]!.image = 'x'))),
    ]);
    await expect(executor.build(fakeJob(executor), build)).rejects.toThrow(
      /\[plugin a\] validatePod: .*read only|not extensible/,
    );
  });

  it('builds declared containers after its own, and init containers apart', async () => {
    const executor = fakeExecutor([
      plugin('a', (hooks) => {
        hooks.prepare.tap('a', (job) => {
          job.declareContainer({ name: 'svc-0', role: 'service' });
          job.declareContainer({ name: 'first', role: 'init' });
        });
      }),
    ]);
    const job = fakeJob(executor);
    await executor.prepare(job);
    const { pod } = await executor.build(job, build);
    expect(pod.spec?.containers.map((c) => c.name)).toEqual(['helper', 'build', 'svc-0']);
    expect(pod.spec?.initContainers?.map((c) => c.name)).toEqual(['first']);
    expect(() => job.declareContainer({ name: 'late', role: 'service' })).toThrow('declared after prepare');
  });

  it.each([
    [
      'a container twice',
      (hooks: ExecutorHooks) => hooks.prepare.tap('a', (job) => job.declareContainer({ name: 'build', role: 'build' })),
      'there is a container build already',
    ],
    [
      'a volume twice',
      (hooks: ExecutorHooks) => hooks.buildPod.tap('a', (d) => d.addVolume({ name: 'repo' })),
      'there is a volume repo already',
    ],
    [
      'a mount path twice',
      (hooks: ExecutorHooks) => hooks.buildContainer.tap('a', (c) => c.addMount({ name: 'x', mountPath: '/builds' })),
      'volume repo is mounted on /builds already',
    ],
    [
      'a Secret twice',
      (hooks: ExecutorHooks) => hooks.buildPod.tap('a', (d) => void d.addSecret({ suffix: 'job', data: {} })),
      'there is a Secret with suffix job already',
    ],
  ])('refuses %s', async (_, tap, message) => {
    const executor = fakeExecutor([plugin('a', tap)]);
    const job = fakeJob(executor);
    await expect(executor.prepare(job).then(() => executor.build(job, build))).rejects.toThrow(message);
  });

  it('calls every cleanup, and joins the errors', async () => {
    const called: string[] = [];
    const cleaning = (name: string) =>
      plugin(name, (hooks) =>
        hooks.cleanup.tap(name, () => {
          called.push(name);
          throw new Error(`${name} failed`);
        }),
      );
    const executor = fakeExecutor([cleaning('a'), cleaning('b')]);
    await expect(executor.cleanup(fakeJob(executor))).rejects.toThrow(
      '[plugin a] cleanup: a failed; [plugin b] cleanup: b failed',
    );
    expect(called).toEqual(['a', 'b']);
  });

  it('measures every tap', async () => {
    const executor = fakeExecutor([plugin('a', (hooks) => hooks.buildContainer.tap('a', () => undefined))]);
    await executor.build(fakeJob(executor), build);
    expect(executor.timings).toMatchObject([{ plugin: 'a', hook: 'buildContainer', calls: 2 }]);
  });

  it.each([
    [
      'with stage',
      (hooks: ExecutorHooks) => hooks.buildPod.tap({ name: 'a', stage: 1 }, () => undefined),
      '"stage" or "before"',
    ],
    [
      'with before',
      (hooks: ExecutorHooks) => hooks.buildPod.tap({ name: 'a', before: 'b' }, () => undefined),
      '"stage" or "before"',
    ],
    ['with tapAsync', (hooks: ExecutorHooks) => hooks.buildPod.tapAsync('a', (_d, _j, done) => done()), 'tapAsync'],
    ['under a foreign name', (hooks: ExecutorHooks) => hooks.buildPod.tap('b', () => undefined), 'under the name "b"'],
    ['twice', (hooks: ExecutorHooks) => [1, 2].forEach(() => hooks.buildPod.tap('a', () => undefined)), 'twice'],
  ])('refuses a plugin that taps %s', (_, tap, message) => {
    expect(() => fakeExecutor([plugin('a', tap)])).toThrow(PluginLoadError);
    expect(() => fakeExecutor([plugin('a', tap)])).toThrow(message);
  });

  it('refuses a tap after set-up', () => {
    const executor = fakeExecutor();
    expect(() => executor.hooks.buildPod.tap('late', () => undefined)).toThrow(
      '[plugin late] taps buildPod after it was set up',
    );
  });
});

function plugin(name: string, apply: (hooks: ExecutorHooks) => unknown) {
  return definePlugin({ name, core: '*', configSchema: z.strictObject({}), apply: ({ hooks }) => void apply(hooks) });
}

function fail(message: string): never {
  throw new Error(message);
}
