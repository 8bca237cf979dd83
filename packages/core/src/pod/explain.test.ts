import { expect, it } from 'vitest';
import { explainedFields } from './explain.ts';

it('gives every field with its author, in the order of the Pod', () => {
  const network = { plugin: 'network', hook: 'buildPod', cause: { config: 'dns_policy' } };
  const images = { plugin: 'images', hook: 'buildContainer' };
  const built = {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { annotations: {}, labels: { 'a.b/c': 'x' } },
      spec: { dnsPolicy: 'None', containers: [{ name: 'build', image: 'debian', command: ['sh', 'x'] }] },
    },
    secrets: [],
    services: [],
    provenance: new Map([
      ['spec.dnsPolicy', network],
      ['spec.containers[build].image', images],
    ]),
  };
  expect(explainedFields(built as never).map(({ path, value, author }) => [path.join(' '), value, author])).toEqual([
    ['.metadata .labels .a.b/c', 'x', undefined],
    ['.spec .dnsPolicy', 'None', network],
    ['.spec .containers [build] .name', 'build', undefined],
    ['.spec .containers [build] .image', 'debian', images],
    ['.spec .containers [build] .command [0]', 'sh', undefined],
    ['.spec .containers [build] .command [1]', 'x', undefined],
  ]);
});
