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
  expect(causes.find(path)).toEqual(expected && { config: expected });
});

it('believes the last of two causes of one field', () => {
  const causes = new Causes();
  causes.add('spec.dnsPolicy', { because: 'a default' });
  causes.add('spec.dnsPolicy', { config: 'dns_policy' });
  expect(causes.find('spec.dnsPolicy')).toEqual({ config: 'dns_policy' });
});
