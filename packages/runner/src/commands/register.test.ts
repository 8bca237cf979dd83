import { readdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistrationWorld } from '../test-kit/registration-world.ts';

let world: RegistrationWorld;
let url: string;
const secrets = ['secret-registration', 'glrt-secret-runner', 'secret-registered', 's3cret'];

beforeEach(async () => {
  world = await RegistrationWorld.start();
  ({ url } = world.gitlab);
});

afterEach(async () => {
  await world.close();
});

const withToken = { CI_SERVER_TOKEN: 'glrt-secret-runner' };
const withRegistration = { REGISTRATION_TOKEN: 'secret-registration' };
const register = async (argv: readonly string[], env: Readonly<Record<string, string>> = withRegistration) => {
  const outcome = await world.run(['register', '-n', ...argv], env);
  for (const secret of secrets) expect(outcome.out + outcome.errors).not.toContain(secret);
  return outcome;
};
/** Times differ. */
const written = (name?: string) =>
  world
    .read(name)
    .replace(/(token_obtained_at = )\S+/, '$1NOW')
    .replaceAll(url, 'URL');

describe('register, with a registration token', () => {
  it('makes a runner, and a file where there is none', async () => {
    const { status, out, errors } = await register(['--url', url, '--name', 'ci', '--kubernetes-image', 'debian:12']);
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(out).toBe(`the runner "ci" (#2) was registered at ${url}, and added to config.toml\n`);
    expect(written()).toBe(`concurrent = 1
check_interval = 0

[[runners]]
  name = "ci"
  url = "URL"
  id = 2
  token = "glrtr-secret-registered-2"
  token_obtained_at = NOW
  executor = "kubernetes"

  [runners.kubernetes]
    image = "debian:12"
`);
    expect(statSync(join(world.dir, 'config.toml')).mode & 0o777).toBe(0o600);
    expect(await world.run(['config', 'check'])).toMatchObject({ status: 0 });
    expect(world.bodies).toEqual([
      {
        token: 'secret-registration',
        description: 'ci',
        run_untagged: true,
        locked: true,
        active: true,
        info: expect.objectContaining({ name: 'podwright', executor: 'kubernetes', shell: 'bash' }),
      },
    ]);
  });

  it('tells GitLab what it is to keep', async () => {
    const flags =
      '--tag-list a,,b --run-untagged --locked=false --paused --access-level ref_protected --maximum-timeout 700';
    expect(await register(['-u', url, ...flags.split(' '), '--maintenance-note', 'x y'])).toMatchObject({ status: 0 });
    expect(world.bodies[0]).toMatchObject({
      tag_list: 'a,b',
      run_untagged: true,
      locked: false,
      active: false,
      access_level: 'ref_protected',
      maximum_timeout: 700,
      maintenance_note: 'x y',
      description: hostname(),
    });
  });

  it('leaves the rest of the file as it is, whatever it looks like', async () => {
    const before =
      '# mine\r\nconcurrent = 4 # jobs\r\n\r\n[[runners]] # "other"\r\nname="x"\r\nexecutor = "shell"\r\n  # end';
    world.write(`\uFEFF${before}`);
    expect(await register(['--url', url])).toMatchObject({ status: 0 });
    expect(world.read().startsWith(`\uFEFF${before}\r\n\r\n[[runners]]\r\n`)).toBe(true);
    expect(world.read().replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('takes flags before the environment, and nothing for an empty variable', async () => {
    const env = { ...withRegistration, CI_SERVER_URL: 'http://other.example.com', KUBERNETES_IMAGE: 'env:1' };
    const more = { KUBERNETES_PRIVILEGED: 'true', KUBERNETES_CAP_ADD: 'SYS_TIME', KUBERNETES_NAMESPACE: '' };
    const lists = '--kubernetes-node-tolerations a=b:NoSchedule --env A=1 --env B=a:b --kubernetes-pod-labels k:a:b';
    const argv = [
      '--url',
      url,
      '--kubernetes-image',
      'flag:1',
      '--kubernetes-privileged=false',
      '--tls-ca-file=',
      ...lists.split(' '),
    ];
    expect(await register(argv, { ...env, ...more })).toMatchObject({ status: 0 });
    expect(written().split('executor')[1]).toBe(` = "kubernetes"
  tls-ca-file = ""
  environment = ["A=1", "B=a:b"]

  [runners.kubernetes]
    image = "flag:1"
    privileged = false
    cap_add = ["SYS_TIME"]

    [runners.kubernetes.node_tolerations]
      "a=b" = "NoSchedule"

    [runners.kubernetes.pod_labels]
      k = "a:b"
`);
  });

  it('takes from the template what has no flag', async () => {
    world.write(
      `[[runners]]
      name = "template"
      url = "${url}"
      limit = 5
      environment = ["T=1"]
      [runners.kubernetes]
        image = "template:1"
        cpu_limit = "2"
        [[runners.kubernetes.volumes.pvc]]
          name = "data"
          mount_path = "/data"`,
      't.toml',
    );
    const argv = ['--template-config', 't.toml', '--env', 'A=1', '--kubernetes-image', 'flag:1'];
    expect(await register(argv)).toMatchObject({ status: 0 });
    expect(written().split('[[runners]]\n')[1]).toBe(`  name = "template"
  limit = 5
  url = "URL"
  id = 2
  token = "glrtr-secret-registered-2"
  token_obtained_at = NOW
  executor = "kubernetes"
  environment = ["A=1"]

  [runners.kubernetes]
    image = "flag:1"
    cpu_limit = "2"

    [runners.kubernetes.volumes]

      [[runners.kubernetes.volumes.pvc]]
        name = "data"
        mount_path = "/data"
`);
  });
});

describe('register, with the token of a runner made in GitLab', () => {
  it.each([
    ['--token', withToken, /^$/],
    [
      '--registration-token',
      { REGISTRATION_TOKEN: 'glrt-secret-runner', RUNNER_TAG_LIST: 'a' },
      /^podwright: RUNNER_TAG_LIST: ignored, as the token .* set it there\n$/,
    ],
  ])('verifies it, given as %s', async (_, env, ignored) => {
    const runner = world.gitlab.runners.get('glrt-secret-runner');
    if (runner !== undefined) runner.expiresAt = '2027-01-02T03:04:05.000Z';
    const { status, out, errors } = await register(['--url', url, '--name', 'ci'], env);
    expect(status).toBe(0);
    expect(out).toBe(`the runner "ci" (#1) is known to ${url}, and added to config.toml\n`);
    expect(errors.replace(/^.*warning: .*\n/gm, '')).toMatch(ignored);
    expect(written()).toContain('  id = 1\n  token = "glrt-secret-runner"\n');
    expect(written()).toContain('  token_expires_at = 2027-01-02T03:04:05Z\n');
    expect(world.requests).toEqual(['POST /runners/verify']);
    const id = world.read('.runner_system_id');
    expect(world.bodies).toEqual([{ token: 'glrt-secret-runner', system_id: id, info: expect.anything() as unknown }]);
  });

  it('is refused what GitLab keeps, before GitLab is asked', async () => {
    const outcome = await register(['--url', url, '--locked=false'], { ...withToken, RUNNER_TAG_LIST: 'a' });
    expect(outcome).toMatchObject({
      status: 2,
      errors: expect.stringMatching(/RUNNER_TAG_LIST: must.*\n.*--locked: must/),
    });
    expect(world.requests).toEqual([]);
  });

  it('is not added twice', async () => {
    await register(['--url', url], withToken);
    const again = await register(['--url', `${url}/`], withToken);
    expect(again).toMatchObject({ status: 2, errors: expect.stringContaining('with this token already') });
    expect(world.read().match(/\[\[runners\]\]/g)).toHaveLength(1);
  });

  it('is not added when GitLab refuses it', async () => {
    world.gitlab.runners.clear();
    const refused = await register(['--url', url], withToken);
    expect(refused).toMatchObject({ status: 2, errors: expect.stringContaining('the token is refused; copy it anew') });
    expect(readdirSync(world.dir)).toEqual(['.runner_system_id']);
  });
});

describe('register asks GitLab for nothing', () => {
  it.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
    ['without a URL', [], withToken, '  --url: is missing; it may also be in CI_SERVER_URL\n'],
    [
      'without a token',
      ['--url', 'URL'],
      {},
      '  --token: is missing, or --registration-token; they may also be in CI_SERVER_TOKEN',
    ],
    [
      'with two tokens',
      ['--url', 'URL', '-r', 's3cret'],
      withToken,
      '  --registration-token: does not go together with CI_SERVER_TOKEN\n',
    ],
    ['with an odd token', ['--url', 'URL', '-t', 's3cret x'], {}, '  --token: has characters that no token has\n'],
    [
      'for another executor',
      ['--url', 'URL', '--executor', 'shell'],
      withRegistration,
      '  --executor: "shell" is no executor of podwright',
    ],
    [
      'with an odd number',
      ['--url', 'URL'],
      { ...withRegistration, RUNNER_LIMIT: '1x' },
      '  RUNNER_LIMIT: "1x" must be a whole number\n',
    ],
    [
      'with an odd boolean',
      ['--url', 'URL', '--paused=no'],
      withRegistration,
      '  --paused: "no" must be true or false\n',
    ],
    [
      'with an odd table',
      ['--url', 'URL', '--kubernetes-pod-labels', 'x'],
      withRegistration,
      '  --kubernetes-pod-labels: "x" must be key:value\n',
    ],
    [
      'without jobs to come',
      ['--url', 'URL', '--run-untagged=false'],
      withRegistration,
      '  --run-untagged: must not be false without --tag-list',
    ],
    ['with an odd level', ['--url', 'URL', '--access-level', 'x'], withRegistration, '  --access-level: "x" must be'],
    [
      'with too short a time',
      ['--url', 'URL', '--maximum-timeout', '5'],
      withRegistration,
      '  --maximum-timeout: 5 must be at least 600',
    ],
    ['with an odd URL', ['--url', 'gitlab'], withRegistration, '  --url: "gitlab" must be an http or https URL'],
    [
      'with an odd key',
      ['--url', 'URL', '--kubernetes-cpu-limit', '1x'],
      withRegistration,
      '  --kubernetes-cpu-limit: "1x" is not a quantity',
    ],
    ['with an odd entry', ['--url', 'URL', '--env', 's3cret'], withRegistration, '  --env: must be KEY=value\n'],
    [
      'with a template that is not there',
      ['--url', 'URL', '--template-config', 't.toml'],
      withRegistration,
      't.toml: 1 problem\n  there is no such file\n',
    ],
    ['with an unknown flag', ['--url', 'URL', '--tokn=s3cret'], {}, "error: unknown option '--tokn=…'\n"],
  ])('%s', async (_, argv, env, message) => {
    const outcome = await register(
      argv.map((word) => (word === 'URL' ? url : word)),
      env,
    );
    expect(outcome).toMatchObject({ status: 2, out: '', errors: expect.stringContaining(message) });
    expect({ requests: world.requests, files: readdirSync(world.dir) }).toEqual({ requests: [], files: [] });
  });

  it.each([
    ['that is no TOML', 'concurrent = ', 'config.toml:1: column 14'],
    ['with mistakes', 'concurrent = 0', 'config.toml:1: concurrent: '],
    ['with runners that cannot be added to', 'runners = []', 'write each of them as a [[runners]]'],
  ])('for a file %s', async (_, text, message) => {
    world.write(text);
    expect(await register(['--url', url])).toMatchObject({ status: 2, errors: expect.stringContaining(message) });
    expect({ requests: world.requests, text: world.read() }).toEqual({ requests: [], text });
  });

  it.each([
    ['no runner', '', 'runners: must be one [[runners]], there are 0'],
    ['two runners', '[[runners]]\n[[runners]]', 'runners: must be one [[runners]], there are 2'],
    ['a token', '[[runners]]\ntoken = "s3cret"', 'runners[0].token: belongs to one runner'],
    [
      'a mistake',
      '[[runners]]\n[runners.kubernetes]\ncpu_limit = "x"',
      '  t.toml: kubernetes.cpu_limit: "x" is not a quantity',
    ],
    ['another executor', '[[runners]]\nexecutor = "docker"', '  --template-config: "docker" is no executor'],
  ])('for a template with %s', async (_, text, message) => {
    world.write(text, 't.toml');
    const outcome = await register(['--url', url, '--template-config', 't.toml']);
    expect(outcome).toMatchObject({ status: 2, errors: expect.stringContaining(message) });
    expect({ requests: world.requests, files: readdirSync(world.dir) }).toEqual({ requests: [], files: ['t.toml'] });
  });
});
