import { describe, expect, it } from 'vitest';
import { parseDockerAuthConfig } from './docker-auth-config.ts';

describe('parseDockerAuthConfig', () => {
  it.each([
    ['auth, the base64 of both', { auth: base64('user:pass') }, { username: 'user', password: 'pass' }],
    ['a password with colons', { auth: base64('user:pa:ss:') }, { username: 'user', password: 'pa:ss:' }],
    ['a password beyond ASCII', { auth: base64('user:pässwörd') }, { username: 'user', password: 'pässwörd' }],
    ['an empty password', { auth: base64('user:') }, { username: 'user', password: '' }],
    ['separate members', { username: 'user', password: 'pass' }, { username: 'user', password: 'pass' }],
    [
      'auth before separate members',
      { auth: base64('user:pass'), username: 'other', password: 'other' },
      { username: 'user', password: 'pass' },
    ],
  ])('reads %s', (_, entry, login) => {
    const { logins, warnings } = parse({ auths: { 'registry.example.com': entry } });
    expect([...logins]).toEqual([['registry.example.com', login]]);
    expect(warnings).toEqual([]);
  });

  it('keeps the entries for parts of a registry apart', () => {
    const auths = { 'r.example.com/a': { auth: base64('a:1') }, 'r.example.com/b': { auth: base64('b:2') } };
    expect([...parse({ auths }).logins.keys()]).toEqual(['r.example.com/a', 'r.example.com/b']);
  });

  it('takes the first of two entries that mean one server', () => {
    const auths = { 'https://R.example.com': { auth: base64('a:1') }, 'r.example.com/': { auth: base64('b:2') } };
    expect([...parse({ auths }).logins]).toEqual([['r.example.com', { username: 'a', password: '1' }]]);
  });

  it.each([
    ['base64 of something else', { auth: base64('nothing') }],
    ['no user', { auth: base64(':pass') }],
    ['only an identity token', { identitytoken: 'hunter2' }],
    ['nothing', {}],
    ['a text', 'hunter2'],
    ['a number as user', { username: 1, password: 'hunter2' }],
  ])('warns of an entry with %s, and goes on', (_, entry) => {
    const { logins, warnings } = parse({ auths: { 'bad.example.com': entry, good: { auth: base64('user:pass') } } });
    expect([...logins.keys()]).toEqual(['good']);
    expect(warnings).toEqual(['DOCKER_AUTH_CONFIG: no user name and password can be read for "bad.example.com"']);
  });

  it.each([
    ['no JSON', '{"auths": {"r": {"auth": "hunter2"}}'],
    ['a text', '"hunter2"'],
    ['a list', '["hunter2"]'],
    ['null', 'null'],
    ['auths as a list', '{"auths": ["hunter2"]}'],
    ['credsStore as a number', '{"credsStore": 1}'],
  ])('warns of %s without showing any of it', (_, content) => {
    expect(parseDockerAuthConfig(content)).toEqual({
      logins: new Map(),
      warnings: ['DOCKER_AUTH_CONFIG is ignored: it is not the content of a Docker config.json'],
    });
  });

  it.each([['{}'], ['{"auths": null}'], ['{"r.example.com": {"auth": "hunter2"}}']])(
    'warns of missing auths: %s',
    (content) => {
      expect(parseDockerAuthConfig(content).warnings).toEqual(['DOCKER_AUTH_CONFIG is ignored: it has no auths']);
    },
  );

  it('says that credential helpers are not used, and uses the rest', () => {
    const { logins, warnings } = parse({
      auths: { r: { auth: base64('user:pass') } },
      credsStore: 'osxkeychain',
      credHelpers: { 'r2.example.com': 'ecr-login' },
    });
    expect([...logins.keys()]).toEqual(['r']);
    expect(warnings).toEqual([
      'DOCKER_AUTH_CONFIG: credsStore is not used; only auths with user name and password are',
      'DOCKER_AUTH_CONFIG: credHelpers is not used; only auths with user name and password are',
    ]);
  });

  it('says nothing of empty credential helpers', () => {
    expect(parse({ auths: {}, credsStore: '', credHelpers: {} }).warnings).toEqual([]);
  });
});

function parse(file: object) {
  return parseDockerAuthConfig(JSON.stringify(file));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
