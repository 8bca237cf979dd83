import { expect, test } from 'vitest';
import { hostsFile } from './hosts-file.ts';

test('lists the Pod and its aliases as kubelet does', () => {
  const aliases = [{ ip: '10.0.0.1', hostnames: ['a', 'b'] }, { ip: '10.0.0.2' }];
  const lines = hostsFile('pod', aliases).split('\n');
  expect(lines[0]).toBe('# Kubernetes-managed hosts file.');
  expect(lines.slice(-6)).toEqual([
    '127.0.0.1\tpod',
    '',
    '# Entries added by HostAliases.',
    '10.0.0.1\ta\tb',
    '10.0.0.2',
    '',
  ]);
});

test('has no section for aliases where there are none', () => {
  expect(hostsFile('pod')).toMatch(/127\.0\.0\.1\tpod\n$/);
});
