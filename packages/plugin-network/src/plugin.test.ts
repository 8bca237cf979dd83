import { checkPlugins, definePlugin, explainedFields, loadConfig, version } from '@podwright/core';
import { buildPod, describePlugin } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { networkPlugin } from './plugin.ts';

const plugins = [networkPlugin];

const everything = `
  dns_policy = "none"
  [runners.kubernetes.dns_config]
  nameservers = ["1.2.3.4"]
  searches = ["ns1.svc.cluster-domain.example", "my.dns.search.suffix"]
  [[runners.kubernetes.dns_config.options]]
  name = "ndots"
  value = "2"
  [[runners.kubernetes.dns_config.options]]
  name = "edns0"

  [[runners.kubernetes.host_aliases]]
  ip = "127.0.0.1"
  hostnames = ["web1", "web2"]
  [[runners.kubernetes.host_aliases]]
  IP = "192.168.1.1"
  Hostnames = ["web14", "web15"]
`;

describePlugin(networkPlugin, {
  toml: everything,
  always: ['spec.dnsPolicy'],
  readme: new URL('../README.md', import.meta.url),
});

describe('the Pod', () => {
  it('has DNS settings and host aliases, as the configuration has them', async () => {
    expect(await networkOf(everything)).toMatchInlineSnapshot(`
      {
        "dnsConfig": {
          "nameservers": [
            "1.2.3.4",
          ],
          "options": [
            {
              "name": "ndots",
              "value": "2",
            },
            {
              "name": "edns0",
            },
          ],
          "searches": [
            "ns1.svc.cluster-domain.example",
            "my.dns.search.suffix",
          ],
        },
        "dnsPolicy": "None",
        "hostAliases": [
          {
            "hostnames": [
              "web1",
              "web2",
            ],
            "ip": "127.0.0.1",
          },
          {
            "hostnames": [
              "web14",
              "web15",
            ],
            "ip": "192.168.1.1",
          },
        ],
      }
    `);
  });

  it("has Kubernetes' default policy and nothing else when nothing is configured", async () => {
    expect(await networkOf('')).toEqual({ dnsPolicy: 'ClusterFirst' });
    expect(await networkOf('dns_policy = ""\nhost_aliases = []\n[runners.kubernetes.dns_config]')).toEqual({
      dnsPolicy: 'ClusterFirst',
    });
  });

  it('has one host alias for each address, with the names of other plugins first', async () => {
    const built = await buildPod({ plugins: [localhost, networkPlugin], toml: everything });
    expect(built.pod.spec?.hostAliases).toEqual([
      { ip: '127.0.0.1', hostnames: ['db', 'web1', 'web2'] },
      { ip: '192.168.1.1', hostnames: ['web14', 'web15'] },
    ]);
    const authors = explainedFields(built)
      .filter(({ path }) => path.includes('[127.0.0.1]'))
      .map(({ value, author }) => [value, author?.plugin, author?.cause]);
    expect(authors).toEqual([
      ['127.0.0.1', 'localhost', { because: 'test' }],
      ['db', 'localhost', { because: 'test' }],
      ['web1', 'network', { config: 'host_aliases[0].hostnames[0]' }],
      ['web2', 'network', { config: 'host_aliases[0].hostnames[1]' }],
    ]);
  });
});

it('gives notice of what old clusters refuse', () => {
  const text = '[[runners]]\n[runners.kubernetes.dns_config]\nsearches = ["_tcp.example.com"]';
  const owners = checkPlugins(plugins.map((candidate) => ({ source: 'test', candidate })));
  expect(loadConfig(text, { source: 'config.toml', owners }).notices).toEqual([
    {
      path: 'runners[0].kubernetes.dns_config.searches[0]',
      message: '"_tcp.example.com" is refused by clusters before Kubernetes 1.33',
      kind: 'notice',
      plugin: 'network',
      line: 3,
    },
  ]);
});

/** Stands for the plugin that gives services their names. */
const localhost = definePlugin({
  name: 'localhost',
  core: `^${version}`,
  configSchema: z.strictObject({}),
  apply({ hooks }) {
    hooks.buildPod.tap('localhost', (draft) => {
      draft.pod.spec.hostAliases = [{ ip: '127.0.0.1', hostnames: ['db'] }];
      draft.explain('spec.hostAliases[127.0.0.1]', { because: 'test' });
    });
  },
});

async function networkOf(toml: string) {
  const { spec = { containers: [] } } = (await buildPod({ plugins, toml })).pod;
  const keys = ['dnsPolicy', 'dnsConfig', 'hostAliases'] as const;
  return Object.fromEntries(keys.flatMap((key) => (key in spec ? [[key, spec[key]]] : [])));
}
