import { expect, it } from 'vitest';
import { Causes } from './cause.ts';

it.each([
  ['metadata.labels.team', 'labels'],
  ['spec.containers[0]', 'spec'],
  ['spec.dnsPolicy', 'policy'],
  ['spec.dnsPolicyOfSomebodyElse', 'spec'],
  ['spec.volumes[a].name', 'volume'],
  ['kind', undefined],
])('finds the cause nearest to %s', (path, expected) => {
  const causes = new Causes();
  causes.add('metadata.labels', { config: 'labels' });
  causes.add('spec.dnsPolicy', { config: 'policy' });
  causes.add('spec', { config: 'spec' });
  causes.add('spec.volumes[a]', { config: 'volume' });
  expect(causes.find(path)?.cause).toEqual(expected && { config: expected });
});

it('believes the last of two causes of one field', () => {
  const causes = new Causes();
  causes.add('spec.dnsPolicy', { because: 'a default' });
  causes.add('spec.dnsPolicy', { config: 'dns_policy' });
  expect(causes.find('spec.dnsPolicy')?.cause).toEqual({ config: 'dns_policy' });
});

it('knows who gave a cause', () => {
  const [first, second] = [
    { plugin: 'core', hook: 'skeleton' },
    { plugin: 'identity', hook: 'buildPod' },
  ] as const;
  const causes = new Causes();
  causes.add('metadata', { because: 'a Pod has some' });
  causes.attribute(first);
  causes.add('metadata.namespace', { config: 'namespace' });
  causes.attribute(second);
  expect(causes.find('metadata.name')?.author).toBe(first);
  expect(causes.find('metadata.namespace')?.author).toBe(second);
});
