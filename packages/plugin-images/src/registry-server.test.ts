import { describe, expect, it } from 'vitest';
import { configKey, registryServer } from './registry-server.ts';

describe('registryServer', () => {
  it.each([
    ['registry.example.com', 'registry.example.com'],
    ['Registry.Example.COM', 'registry.example.com'],
    ['https://registry.example.com', 'registry.example.com'],
    ['HTTP://registry.example.com/', 'registry.example.com'],
    ['registry.example.com:5000', 'registry.example.com:5000'],
    ['https://registry.example.com/v1/', 'registry.example.com'],
    ['https://registry.example.com/v2', 'registry.example.com'],
    ['registry.example.com/Group/a//', 'registry.example.com/Group/a'],
    ['registry.example.com/v2/group', 'registry.example.com/group'],
    ['registry.example.com/v2group', 'registry.example.com/v2group'],
    ['https://user:secret@registry.example.com/a', 'registry.example.com/a'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['docker.io', 'docker.io'],
    ['docker.io/group', 'docker.io/group'],
    ['*.example.com', '*.example.com'],
    ['', ''],
    ['/', ''],
  ])('makes of %j %j', (written, expected) => {
    expect(registryServer(written)).toBe(expected);
  });

  it('takes linear time for a long run of slashes', () => {
    expect(registryServer(`a${'/'.repeat(200_000)}b`)).toMatch(/^a\/+b$/);
  });
});

describe('configKey', () => {
  it('is the address that Kubernetes knows for Docker Hub, and the server itself for others', () => {
    expect(['docker.io', 'docker.io/group', 'registry.example.com'].map(configKey)).toEqual([
      'https://index.docker.io/v1/',
      'docker.io/group',
      'registry.example.com',
    ]);
  });
});
