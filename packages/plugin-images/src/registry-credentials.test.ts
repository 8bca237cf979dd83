import { describe, expect, it } from 'vitest';
import { registryCredentials } from './registry-credentials.ts';

describe('registryCredentials', () => {
  it('gives nothing when there are none', () => {
    expect(registryCredentials({ dockerAuthConfig: '', credentials: [] })).toEqual({ warnings: [] });
  });

  it('takes only credentials of type registry from the job', () => {
    const credentials = [
      { type: 'other', url: 'other.example.com', username: 'o', password: 'o' },
      { type: 'registry', url: 'https://Registry.example.com', username: 'gitlab-ci-token', password: 'token' },
      { type: 'registry', url: '', username: 'x', password: 'x' },
    ];
    expect(auths({ credentials })).toEqual({
      'registry.example.com': { username: 'gitlab-ci-token', password: 'token' },
    });
  });

  it('prefers DOCKER_AUTH_CONFIG for a server that both know', () => {
    const dockerAuthConfig = '{"auths":{"registry.example.com":{"username":"mine","password":"m"}}}';
    const credentials = [
      { type: 'registry', url: 'registry.example.com:443', username: 'job', password: 'j' },
      { type: 'registry', url: 'REGISTRY.example.com', username: 'job', password: 'j' },
    ];
    expect(auths({ dockerAuthConfig, credentials })).toEqual({
      'registry.example.com': { username: 'mine', password: 'm' },
      'registry.example.com:443': { username: 'job', password: 'j' },
    });
  });

  it('sorts the servers, so that the same credentials give the same Secret', () => {
    const entry = { username: 'u', password: 'p' };
    const texts = [
      { 'b.example.com': entry, 'a.example.com': entry, 'docker.io': entry },
      { 'docker.io': entry, 'a.example.com': entry, 'b.example.com': entry },
    ].map(
      (all) => registryCredentials({ dockerAuthConfig: JSON.stringify({ auths: all }), credentials: [] }).dockerConfig,
    );
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toMatch(/a\.example\.com.*b\.example\.com.*https:\/\/index\.docker\.io\/v1\//);
  });

  it('passes warnings on and still uses the credentials of the job', () => {
    const credentials = [{ type: 'registry', url: 'r.example.com', username: 'u', password: 'p' }];
    const { dockerConfig, warnings } = registryCredentials({ dockerAuthConfig: '{', credentials });
    expect(warnings).toHaveLength(1);
    expect(dockerConfig).toContain('r.example.com');
  });
});

function auths(sources: Partial<Parameters<typeof registryCredentials>[0]>): unknown {
  const { dockerConfig = '{}' } = registryCredentials({ dockerAuthConfig: '', credentials: [], ...sources });
  return (JSON.parse(dockerConfig) as { auths: unknown }).auths;
}
