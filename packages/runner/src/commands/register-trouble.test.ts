import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { RegistrationWorld } from '../test-kit/registration-world.ts';
import { Keyboard, TestIo } from '../test-kit/test-io.ts';

let world: RegistrationWorld;
let url: string;

beforeEach(async () => {
  world = await RegistrationWorld.start();
  ({ url } = world.gitlab);
});

afterEach(async () => {
  await world.close();
});

const withToken = { CI_SERVER_TOKEN: 'glrt-secret-runner' };
const withRegistration = { REGISTRATION_TOKEN: 'secret-registration' };
const register = async (argv: readonly string[] = [], env: Readonly<Record<string, string>> = withRegistration) =>
  world.run(['register', '-n', '--url', url, '-c', 'dir/config.toml', ...argv], env);

/** Lets GitLab take its time, and does something meanwhile. */
async function meanwhile(outcome: ReturnType<typeof register>, action: () => void) {
  await world.asked();
  action();
  return outcome;
}

describe('register', () => {
  it('says what GitLab says', async () => {
    world.gitlab.faults.push({ status: 400, body: { message: { tag_list: ['is odd'] } } });
    expect(await register()).toMatchObject({ status: 2, errors: expect.stringContaining('{"tag_list":["is odd"]}') });
  });

  it('says that GitLab cannot be reached', async () => {
    await world.gitlab.close();
    const outcome = await register();
    expect(outcome).toMatchObject({
      status: 3,
      errors: expect.stringContaining('check url, and that GitLab can be reached'),
    });
    expect(readdirSync(join(world.dir, 'dir'))).toEqual(['.runner_system_id']);
    world.gitlab.close = async () => {};
  });

  it('keeps what was written into the file meanwhile', async () => {
    mkdirSync(join(world.dir, 'dir'));
    world.write('concurrent = 1\n', 'dir/config.toml');
    world.gitlab.faults.push({ slow: 200 });
    const outcome = await meanwhile(register(), () => world.write('# new\nconcurrent = 2\n', 'dir/config.toml'));
    expect(outcome).toMatchObject({ status: 0, errors: '' });
    expect(world.read('dir/config.toml')).toMatch(/^# new\nconcurrent = 2\n\n\[\[runners\]\]\n/);
  });

  it.each([
    ['a new runner again', withRegistration, [], /the new runner \(#2\) was removed from GitLab again/, 1],
    [
      'nothing with --leave-runner',
      withRegistration,
      ['--leave-runner'],
      /\(#2\) stays in GitLab; its token is lost/,
      2,
    ],
    ['no runner that was there before', withToken, [], /the runner is in GitLab as before/, 1],
  ])('removes %s when the file cannot be written', async (_, env, argv, message, left) => {
    world.gitlab.faults.push({ slow: 200 });
    const outcome = await meanwhile(register(argv, env), () => rmSync(join(world.dir, 'dir'), { recursive: true }));
    expect(outcome).toMatchObject({
      status: 3,
      out: '',
      errors: expect.stringContaining('dir/config.toml: 1 problem'),
    });
    expect(outcome.errors).toMatch(message);
    expect(world.gitlab.runners.size).toBe(left);
  });

  it('names the runner that it could not remove again', async () => {
    world.gitlab.faults.push({ slow: 200 }, { status: 404 });
    const outcome = await meanwhile(register(), () => world.write('no TOML', 'dir/config.toml'));
    expect(outcome).toMatchObject({ status: 3, out: '' });
    expect(outcome.errors).toContain('the new runner (#2) is still in GitLab, remove it there: DELETE /runners at ');
    expect(outcome.errors).not.toContain('secret');
    expect(world.read('dir/config.toml')).toBe('no TOML');
  });

  it('ends at Ctrl-C while GitLab is asked', async () => {
    world.gitlab.faults.push({ slow: 10_000 });
    const io = new TestIo(world.dir, withRegistration);
    const status = run(['register', '-n', '--url', url], io);
    await world.asked();
    io.interrupt();
    expect(await status).toBe(3);
    expect(io.stderr.text).toContain('interrupted; what GitLab was asked last may have been done');
    expect(io.isListening).toBe(false);
  });
});

/** Somebody at a terminal; each answer is typed when its question is there. */
async function dialogue(
  answers: readonly (readonly [question: string, answer: string])[],
  argv: readonly string[] = [],
) {
  const keyboard = new Keyboard();
  const io = new TestIo(world.dir, {}, undefined, keyboard);
  const status = run(['register', ...argv], io);
  for (const [question, answer] of answers) {
    await io.stderr.until(question);
    keyboard.write(answer);
  }
  return { status: await status, errors: io.stderr.text, out: io.out.text };
}

describe('register, at a terminal', () => {
  it('asks for what is missing, again where the answer will not do, and does not show the token', async () => {
    const { status, errors } = await dialogue([
      ['URL of GitLab: ', '\r'],
      ['must not be empty: an http or https URL', 'gitlab\r'],
      ['must be an http or https URL such as', `${url}\r`],
      ['Token: ', 'secret registration\r'],
      ['has characters that no token has', 'secret-registration\r'],
      [`Name of the runner [${hostname()}]: `, '\r'],
      ['Tags, ', 'a, b\r'],
      ['Image of jobs', 'not an image\r'],
      ['is no name of an image', 'debian:12\r'],
    ]);
    expect({ status, errors }).toEqual({ status: 0, errors: expect.not.stringContaining('secret') as string });
    expect(world.bodies).toMatchObject([{ description: hostname(), tag_list: 'a,b', run_untagged: false }]);
    expect(world.read()).toContain('image = "debian:12"');
  });

  it('asks for no tags of a runner made in GitLab, nor for what was given', async () => {
    const { status, errors } = await dialogue(
      [
        ['Token: ', 'glrt-secret-runner\r'],
        ['Image of jobs', '\r'],
      ],
      ['--url', url, '--name', 'ci'],
    );
    expect({ status, errors }).toEqual({
      status: 0,
      errors: expect.not.stringMatching(/secret|Tags|Name|URL/) as string,
    });
    expect(world.read()).not.toContain('kubernetes]');
  });

  it('takes answers that come before their questions', async () => {
    const { status } = await dialogue([['URL', `${url}\rglrt-secret-runner\rci\r\r`]]);
    expect(status).toBe(0);
    expect(world.read()).toContain('name = "ci"');
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ends at %s', async (_, key) => {
    const { status, errors } = await dialogue([['URL', key]]);
    expect({ status, errors }).toMatchObject({ status: 2, errors: expect.stringContaining('nothing was registered') });
    expect(readdirSync(world.dir)).toEqual([]);
  });

  it('refuses what GitLab keeps once the token is known', async () => {
    const answers = [
      ['Token: ', 'glrt-secret-runner\r'],
      ['Image of jobs', '\r'],
    ] as const;
    const { status, errors } = await dialogue(answers, ['--url', url, '--name', 'ci', '--tag-list', 'a']);
    expect({ status, errors }).toMatchObject({
      status: 2,
      errors: expect.stringContaining('--tag-list: must not be given'),
    });
    expect(world.requests).toEqual([]);
  });

  it('asks nothing with --non-interactive', async () => {
    const { status, errors } = await dialogue([], ['-n']);
    expect({ status, errors }).toMatchObject({ status: 2, errors: expect.stringContaining('--url: is missing') });
  });
});
