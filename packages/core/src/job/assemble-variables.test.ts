import { expect, it } from 'vitest';
import { facts, fakeExecutor, fakePayload, paths, slot } from '../test-kit/fakes.ts';
import { assembleVariables } from './assemble-variables.ts';

it.each<[string, Record<string, unknown>, string[]]>([
  ["the job's token", {}, []],
  [
    'passwords of registries',
    { credentials: [{ type: 'registry', url: 'r', username: 'u', password: 'pass' }] },
    ['pass'],
  ],
  ['the password of the repository', repo('https://u:pass@h/g/p.git'), ['pass']],
  ['it as it is written, and decoded', repo('https://u:p%40s^s@h/g'), ['p%40s^s', 'p%40s%5Es', 'p@s^s']],
  ['it where it cannot be decoded', repo('https://u:100%@h/g'), ['100%']],
  ['no user name', repo('https://git@h/g'), []],
  ['nothing of another URL', repo('git@h:g/p@1:x@y'), []],
  ['the values of masked variables', { variables: [{ key: 'A', value: 'mine', masked: true }] }, ['mine']],
  ['those of variables that are secrets by their nature', { variables: [{ key: 'KEY', value: 'born' }] }, ['born']],
])('knows as secrets: %s', (_, overrides, expected) => {
  const { runner } = fakeExecutor();
  const payload = fakePayload(overrides);
  const variables = assembleVariables(payload, runner, paths, facts, slot, new Set(['KEY']));
  expect(new Set(variables.secrets)).toEqual(new Set(['job-token', ...expected]));
});

it("gives the certificates of GitLab as files, of which the key's lines are secrets", () => {
  const { runner } = fakeExecutor();
  const key = '-----BEGIN KEY-----\nMIGHAgEAMBMGByqGSM49\nx==\n-----END KEY-----\n';
  const serverTls = { ca: 'a $CA', key };
  const variables = assembleVariables(fakePayload({}), runner, paths, { ...facts, serverTls }, slot);
  expect(variables.find('CI_SERVER_TLS_CA_FILE')).toMatchObject({ value: 'a $CA', file: true, masked: false });
  expect(variables.find('CI_SERVER_TLS_CERT_FILE')).toBeUndefined();
  expect(variables.find('CI_SERVER_TLS_KEY_FILE')).toMatchObject({ value: key, file: true, masked: true });
  expect(
    variables
      .unique()
      .filter(({ key: name }) => /TLS/.test(name))
      .every((one) => variables.isHidden(one)),
  ).toBe(true);
  expect(variables.secrets).toContain('MIGHAgEAMBMGByqGSM49');
  expect(variables.secrets.filter((secret) => secret.length < 16)).toEqual(['job-token']);
});

function repo(url: string) {
  return { git_info: { repo_url: url } };
}
