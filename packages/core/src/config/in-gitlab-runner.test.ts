import { expect, it } from 'vitest';
import { globalKeys, kubernetesKeys, runnerKeys } from './gitlab-runner-keys.ts';
import { inGitlabRunner } from './in-gitlab-runner.ts';
import { executorConfigSchema, globalConfigSchema, runnerConfigSchema } from './runner-config.ts';

const unknown = (path: string) => ({ path, message: 'unknown key', kind: 'unknown_key' as const });

it.each([
  ['runners[0].kubernetes.build_container_security_context', { run_as_user: 1 }, 'invalid', '(since 14.5)'],
  ['runners[3].kubernetes.volumes.empty_dir[1].size_limit', '1Gi', 'invalid', '(since 16.6)'],
  ['runners[0].kubernetes.automount_service_account_token', false, 'invalid', "is GitLab Runner's, podwright does not"],
  ['runners[0].docker', { image: 'ruby' }, 'notice', 'it is for another executor'],
  ['runners[0].token_expires_at', new Date(0), 'notice', 'it does not renew tokens'],
  ['session_server', { listen_address: ':1' }, 'notice', 'there are no web terminals'],
  ['connection_max_age', '1m', 'notice', 'podwright does not have it'],
  ['connection_max_age', 9007199254740993n, 'notice', 'podwright does not have it'],
  ['machine', { x: 1 }, 'notice', '(since 18.10)'],
])('%s = %s is GitLab Runner’s', (path, value, kind, message) => {
  const problem = inGitlabRunner(unknown(path), value);
  expect(problem).toMatchObject({ path, kind });
  expect(problem?.message).toContain(message);
});

it.each([
  ['runners[0].kubernetes.build_container_security_context', { capabilities: {} }],
  ['runners[0].kubernetes.helper_image_flavor', 'alpine'],
  ['runners[0].kubernetes.allowed_images', []],
  ['runners[0].id', 7],
  ['runners[0].token_obtained_at', new Date(0)],
  ['runners[0].token_expires_at', new Date('0001-01-01T00:00:00Z')],
  ['session_server', { session_timeout: 1800 }],
  ['connection_max_age', '15m0s'],
])('of %s = %s nothing is said', (path, value) => expect(inGitlabRunner(unknown(path), value)).toBeUndefined());

it.each([['runners[0].allowed_images'], ['docker'], ['runners[0].kubernetes.id'], ['toString'], ['runners[0].']])(
  '%s is nobody’s',
  (path) => expect(inGitlabRunner(unknown(path), 'x')).toEqual(unknown(path)),
);

it('has no key that podwright has', () => {
  const all = [
    [globalKeys, globalConfigSchema],
    [runnerKeys, runnerConfigSchema],
    [kubernetesKeys, executorConfigSchema],
  ] as const;
  expect(all.flatMap(([keys, { shape }]) => Object.keys(keys).filter((key) => Object.hasOwn(shape, key)))).toEqual([]);
});
