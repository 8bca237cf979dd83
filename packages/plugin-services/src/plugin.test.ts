import { JobRejectedError, checkPlugins, definePlugin, loadConfig, version } from '@podwright/core';
import { buildPod, describePlugin, prepareJob } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { servicesPlugin } from './plugin.ts';

const plugins = [servicesPlugin];

const documented = `
  [[runners.kubernetes.services]]
    name = "postgres:12-alpine"
    alias = "db1"
  [[runners.kubernetes.services]]
    name = "registry.example.com/svc1"
    alias = "svc1"
    entrypoint = ["entrypoint.sh"]
    command = ["executable","param1","param2"]
`;

const payload = {
  image: { name: 'alpine:3.12', ports: [{ number: 8080 }] },
  variables: [
    { key: 'TAG', value: '6', public: true },
    { key: 'TOKEN', value: 'hunter2', masked: true },
  ],
  services: [
    {
      name: 'redis:$TAG',
      alias: 'cache, db1',
      variables: [
        { key: 'MODE', value: '$TAG$$' },
        { key: 'PASSWORD', value: '$TOKEN' },
      ],
    },
    { name: 'web', entrypoint: ['serve'], ports: [{ number: 80, protocol: 'http', name: 'http' }] },
  ],
};

describePlugin(servicesPlugin, {
  toml: documented,
  payload,
  readme: new URL('../README.md', import.meta.url),
});

describe('the Pod', () => {
  it("runs the configuration's services, then the job's", async () => {
    const { pod, secrets, services } = await buildPod({ plugins, toml: documented, payload });
    const [, build, ...others] = pod.spec?.containers ?? [];
    const own = others.map(({ volumeMounts, env, ...rest }) => ({
      ...rest,
      mounts: volumeMounts?.map(({ name }) => name),
      env: env?.filter(({ name }) => !name.startsWith('CI_')),
    }));
    expect({ ports: build?.ports, hostAliases: pod.spec?.hostAliases, own }).toMatchInlineSnapshot(`
      {
        "hostAliases": [
          {
            "hostnames": [
              "postgres",
              "db1",
              "registry.example.com-svc1",
              "svc1",
              "redis",
              "cache",
            ],
            "ip": "127.0.0.1",
          },
        ],
        "own": [
          {
            "env": [
              {
                "name": "TAG",
                "value": "6",
              },
            ],
            "image": "postgres:12-alpine",
            "mounts": [
              "repo",
            ],
            "name": "svc-0",
            "stdin": true,
          },
          {
            "args": [
              "executable",
              "param1",
              "param2",
            ],
            "command": [
              "entrypoint.sh",
            ],
            "env": [
              {
                "name": "TAG",
                "value": "6",
              },
            ],
            "image": "registry.example.com/svc1",
            "mounts": [
              "repo",
            ],
            "name": "svc-1",
            "stdin": true,
          },
          {
            "env": [
              {
                "name": "TAG",
                "value": "6",
              },
              {
                "name": "MODE",
                "value": "6$$",
              },
              {
                "name": "PASSWORD",
                "valueFrom": {
                  "secretKeyRef": {
                    "key": "svc-2.PASSWORD",
                    "name": "runner-abcd1234-project-17-concurrent-0-random01-services",
                  },
                },
              },
            ],
            "image": "redis:6",
            "mounts": [
              "repo",
            ],
            "name": "svc-2",
            "stdin": true,
          },
          {
            "command": [
              "serve",
            ],
            "env": [
              {
                "name": "TAG",
                "value": "6",
              },
            ],
            "image": "web",
            "mounts": [
              "repo",
            ],
            "name": "svc-3",
            "ports": [
              {
                "containerPort": 80,
              },
            ],
            "stdin": true,
          },
        ],
        "ports": [
          {
            "containerPort": 8080,
          },
        ],
      }
    `);
    expect(others[0]?.env).toEqual(build?.env);
    expect(JSON.stringify(pod)).not.toContain('hunter2');
    expect(secrets.find(({ metadata }) => metadata?.name?.endsWith('-services'))?.stringData).toEqual({
      'svc-2.PASSWORD': 'hunter2',
    });
    expect(services.map(({ spec }) => spec?.ports)).toEqual([
      [{ name: 'build-8080', port: 8080, targetPort: 8080 }],
      [{ name: 'proxy-svc-3-80', port: 80, targetPort: 80 }],
    ]);
  });

  it('says what each field is for', async () => {
    const { provenance } = await buildPod({ plugins, toml: documented, payload });
    const causeOf = (field: string) => provenance.get(field)?.cause;
    expect(causeOf('spec.hostAliases[127.0.0.1].hostnames[1]')).toEqual({ config: 'services[0].alias' });
    expect(causeOf('spec.hostAliases[127.0.0.1].hostnames[4]')).toEqual({ job: 'services[0].name' });
    expect(causeOf('spec.containers[svc-1].args[0]')).toEqual({ config: 'services[1].command' });
    expect(causeOf('spec.containers[svc-2].env[MODE].value')).toEqual({ job: 'services[0].variables' });
    expect(causeOf('spec.containers[svc-2].env[PASSWORD].valueFrom.secretKeyRef.key')).toEqual({
      job: 'services[0].variables',
    });
    expect(causeOf('spec.containers[svc-3].ports[80].containerPort')).toEqual({ job: 'services[1].ports' });
    expect(causeOf('spec.containers[build].ports[8080].containerPort')).toEqual({ job: 'image.ports' });
  });

  it('has the names of services before other host aliases', async () => {
    const { pod } = await buildPod({ plugins: [servicesPlugin, alias], payload: { services: [{ name: 'redis' }] } });
    expect(pod.spec?.hostAliases).toEqual([
      { ip: '127.0.0.1', hostnames: ['redis'] },
      { ip: '192.0.2.1', hostnames: ['other'] },
    ]);
  });

  it('skips services of the job that have no name, and gives each name once', async () => {
    const services = [{ name: '' }, { name: 'docker:dind', alias: 'docker' }, { name: 'docker:dind', alias: null }];
    const { pod } = await buildPod({ plugins, payload: { services } });
    expect(pod.spec?.containers.map(({ name }) => name)).toEqual(['helper', 'build', 'svc-0', 'svc-1']);
    expect(pod.spec?.hostAliases).toEqual([{ ip: '127.0.0.1', hostnames: ['docker'] }]);
  });

  it('leaves $(NAME) in command and entrypoint to Kubernetes', async () => {
    const services = [{ name: 'a', command: ['$(CI_JOB_ID) $$ $X'], entrypoint: ['$(A)'] }];
    const { pod } = await buildPod({ plugins, payload: { services } });
    expect(pod.spec?.containers[2]).toMatchObject({ args: ['$(CI_JOB_ID) $$ $X'], command: ['$(A)'] });
  });

  it('has no host alias for a service with ports, whatever its alias', async () => {
    const services = [{ name: 'web', alias: 'My Web', ports: [{ number: 80 }] }];
    const { pod } = await buildPod({ plugins, payload: { services } });
    expect(pod.spec).not.toHaveProperty('hostAliases');
  });
});

describe('the trace', () => {
  it('says how each service can be reached', async () => {
    const services = [...payload.services, { name: 'my_db:1' }];
    const { trace } = await prepareJob({ plugins, toml: documented, payload: { ...payload, services } });
    expect(trace).toEqual([
      'info: Using service postgres:12-alpine (svc-0), reachable as postgres, db1',
      'info: Using service registry.example.com/svc1 (svc-1), reachable as registry.example.com-svc1, svc1',
      'info: Using service redis:6 (svc-2), reachable as redis, cache, db1',
      'info: Using service web (svc-3), ports 80',
      'warn: Using service my_db:1 (svc-4), reachable as localhost only: give it an alias',
    ]);
  });

  it('is silent without services', async () => {
    const { trace } = await prepareJob({ plugins, payload: { image: { name: 'a', ports: [{ number: 80 }] } } });
    expect(trace).toEqual([]);
  });
});

it('refuses a job with all reasons at once, and shows nothing masked', async () => {
  const refused = prepareJob({
    plugins,
    toml: 'services = [{ name = "$NOTHING", alias = "x-$TOKEN-" }]',
    payload: {
      variables: [{ key: 'TOKEN', value: 'Hunter2', masked: true }],
      image: { name: 'a', ports: [{ number: 0 }] },
      services: [{ name: 'redis', alias: 'cache my_db', variables: [{ key: '1A', value: '' }] }],
    },
  });
  const rule =
    'a host name has lower-case letters, digits, "-" and ".", and begins and ends with a letter or digit in each part';
  await expect(refused).rejects.toThrow(JobRejectedError);
  await expect(refused).rejects.toMatchObject({
    message: [
      `services[0].name of this runner's configuration "$NOTHING" is empty once its variables are replaced`,
      `services[0].alias of this runner's configuration: "[MASKED]" is no host name: ${rule}`,
      `services[0].alias: "my_db" is no host name: ${rule}`,
      'services[0].variables: "1A" is no name: it has letters, digits, "_", "-" and ".", and no digit first',
      'image.ports[0].number 0 is not from 1 to 65535',
    ].join('; '),
    reason: 'runner_configuration_error',
    plugin: 'services',
  });
});

it('tells the administrator of services without a name', () => {
  const toml = '[[runners]]\n[runners.kubernetes]\nservices = [{ name = "my_db" }]';
  const { notices } = loadConfig(toml, {
    source: 'test',
    owners: checkPlugins([{ source: 'test', candidate: servicesPlugin }]),
  });
  expect(notices).toMatchObject([{ path: 'runners[0].kubernetes.services[0]', plugin: 'services' }]);
});

/** Stands for the plugin that configures host aliases. */
const alias = definePlugin({
  name: 'alias',
  core: `^${version}`,
  configSchema: z.strictObject({}),
  apply({ hooks }) {
    hooks.buildPod.tap('alias', ({ pod: { spec } }) => {
      spec.hostAliases = [...(spec.hostAliases ?? []), { ip: '192.0.2.1', hostnames: ['other'] }];
    });
  },
});
