import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { printedPod } from './printed-pod.ts';

/** GitLab Runner 13.11's document of the Kubernetes executor, as a Markdown file. */
const path = process.env['PODWRIGHT_DOCUMENT'];
const missing = path === undefined ? 'skipped: PODWRIGHT_DOCUMENT names no file' : '';

/** What stands in an example but cannot be meant, with what is. */
const misprints: readonly (readonly [string | RegExp, string])[] = [
  ['%(concurrent)s', '1'],
  // Without [[runners]], which other examples begin with.
  [/^\[runners\.kubernetes\]/, '[[runners]]\n[runners.kubernetes]'],
  // GitLab Runner could not ask such a GitLab for jobs.
  [/url = "gitlab/g, 'url = "https://gitlab'],
  // GitLab Runner ignores a table of that name outside of [runners.kubernetes].
  [/\[dns_config\]/g, '[runners.kubernetes.dns_config]'],
  [/\[dns_config\.options\]/g, '[runners.kubernetes.dns_config.options]'],
];

/** What the document says of each example's Pod, in its order. */
const expected: readonly (readonly [string, Record<string, unknown>])[] = [
  [
    'Define keywords in the configuration TOML',
    {
      metadata: { namespace: 'gitlab' },
      spec: {
        dnsPolicy: 'ClusterFirst',
        nodeSelector: { gitlab: 'true' },
        tolerations: [
          { key: 'custom.toleration', operator: 'Equal', value: 'value', effect: 'NoSchedule' },
          { key: 'empty.value', operator: 'Equal', value: '', effect: 'PreferNoSchedule' },
          { key: 'node-role.kubernetes.io/master', operator: 'Exists', effect: 'NoSchedule' },
          { key: 'onlyKey', operator: 'Exists' },
        ],
        containers: [
          { name: 'helper', resources: { limits: { cpu: '500m', memory: '100Mi' } } },
          { name: 'build', resources: { limits: { cpu: '1', memory: '1Gi' } }, securityContext: { privileged: true } },
        ],
      },
    },
  ],
  [
    'Using volumes',
    {
      spec: {
        containers: [
          {
            volumeMounts: expect.arrayContaining([
              { name: 'hostpath-1', mountPath: '/path/to/mount/point', readOnly: true },
              { name: 'hostpath-2', mountPath: '/path/to/mount/point_2', readOnly: true },
              { name: 'pvc-1', mountPath: '/path/to/mount/point1' },
              { name: 'config-map-1', mountPath: '/path/to/directory' },
              { name: 'secrets', mountPath: '/path/to/directory1', readOnly: true },
              { name: 'empty-dir', mountPath: '/path/to/empty_dir' },
              { name: 'csi-volume', mountPath: '/path/to/csi/volume' },
            ]),
          },
          {},
        ],
        volumes: expect.arrayContaining([
          { name: 'hostpath-1', hostPath: { path: '/path/on/host' } },
          { name: 'hostpath-2', hostPath: { path: '/path/to/mount/point_2' } },
          { name: 'pvc-1', persistentVolumeClaim: { claimName: 'pvc-1' } },
          {
            name: 'config-map-1',
            configMap: {
              name: 'config-map-1',
              items: [
                { key: 'key_1', path: 'relative/path/to/key_1_file' },
                { key: 'key_2', path: 'key_2' },
              ],
            },
          },
          {
            name: 'secrets',
            secret: { secretName: 'secrets', items: [{ key: 'secret_1', path: 'relative/path/to/secret_1_file' }] },
          },
          { name: 'empty-dir', emptyDir: { medium: 'Memory' } },
          { name: 'csi-volume', csi: { driver: 'my-csi-driver', volumeAttributes: { size: '2Gi' } } },
        ]),
      },
    },
  ],
  [
    'Using Security Context',
    {
      spec: {
        securityContext: { runAsNonRoot: true, runAsUser: 59417, runAsGroup: 59417, fsGroup: 59417 },
        containers: [{ image: 'gitlab-registy.example.com/helper:latest' }, {}],
      },
    },
  ],
  [
    'Using services',
    {
      spec: {
        hostAliases: [{ ip: '127.0.0.1', hostnames: ['postgres', 'db1', 'registry.example.com-svc1', 'svc1'] }],
        containers: [
          {},
          {},
          { name: 'svc-0', image: 'postgres:12-alpine' },
          {
            name: 'svc-1',
            image: 'registry.example.com/svc1',
            command: ['entrypoint.sh'],
            args: ['executable', 'param1', 'param2'],
          },
        ],
      },
    },
  ],
  ['Using pull policies', { spec: { containers: [{ imagePullPolicy: 'Never' }, { imagePullPolicy: 'Never' }] } }],
  ['Using pull policies', { spec: { containers: [{ imagePullPolicy: 'Always' }, { imagePullPolicy: 'Always' }] } }],
  [
    'Adding extra host aliases',
    {
      spec: {
        hostAliases: [
          { ip: '127.0.0.1', hostnames: ['web1', 'web2'] },
          { ip: '192.168.1.1', hostnames: ['web14', 'web15'] },
        ],
      },
    },
  ],
  [
    'Node Affinity',
    {
      spec: {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 100,
                preference: {
                  matchExpressions: [
                    { key: 'cpu_speed', operator: 'In', values: ['fast'] },
                    { key: 'mem_speed', operator: 'In', values: ['fast'] },
                  ],
                },
              },
              {
                weight: 50,
                preference: {
                  matchExpressions: [{ key: 'core_count', operator: 'In', values: ['high', '32'] }],
                  matchFields: [{ key: 'cpu_type', operator: 'In', values: ['arm64'] }],
                },
              },
            ],
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: 'kubernetes.io/e2e-az-name', operator: 'In', values: ['e2e-az1', 'e2e-az2'] },
                  ],
                },
              ],
            },
          },
        },
      },
    },
  ],
  [
    "Pod's DNS Config",
    {
      spec: {
        dnsConfig: {
          nameservers: ['1.2.3.4'],
          searches: ['ns1.svc.cluster-domain.example', 'my.dns.search.suffix'],
          options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
        },
      },
    },
  ],
  [
    'Example configuration',
    {
      spec: {
        containers: [
          { securityContext: { capabilities: { add: ['IPC_LOCK', 'SYS_TIME'], drop: ['NET_RAW', 'SYS_ADMIN'] } } },
          { securityContext: { capabilities: { add: ['IPC_LOCK', 'SYS_TIME'], drop: ['NET_RAW', 'SYS_ADMIN'] } } },
        ],
      },
    },
  ],
];

interface Example {
  readonly heading: string;
  readonly toml: string;
}

/** Every TOML block of a Markdown text, under the heading before it. */
function examplesOf(markdown: string): Example[] {
  const examples: Example[] = [];
  let heading = '';
  let block: string[] | undefined;
  for (const line of markdown.split('\n')) {
    if (block === undefined && /^#+ /.test(line)) heading = line.replace(/^#+ /, '');
    if (block === undefined && line.startsWith('```toml')) {
      block = [];
    } else if (block !== undefined && line.startsWith('```')) {
      examples.push({ heading, toml: block.join('\n') });
      block = undefined;
    } else {
      block?.push(line);
    }
  }
  return examples;
}

function corrected(toml: string): string {
  return misprints.reduce((text, [wrong, right]) => text.replace(wrong, right), toml);
}

describe.skipIf(missing)(`the examples of the document${missing && ` (${missing})`}`, () => {
  const examples = missing ? [] : examplesOf(readFileSync(path ?? '', 'utf8'));

  it('are all known here', () => {
    expect(examples.map(({ heading }) => heading)).toEqual(expected.map(([heading]) => heading));
  });

  it.each(expected.map(([heading, pod], i) => ({ heading, pod, i })))(
    'give the Pod that is described: $i, $heading',
    async ({ pod, i }) => {
      const toml = corrected(examples[i]?.toml ?? '');
      expect(await printedPod({ toml, job: { image: { name: 'alpine' } } })).toMatchObject(pod);
    },
  );
});
