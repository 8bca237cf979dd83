import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistrationWorld } from '../test-kit/registration-world.ts';

let world: RegistrationWorld;
let url: string;

beforeEach(async () => {
  world = await RegistrationWorld.start();
  ({ url } = world.gitlab);
});

afterEach(async () => {
  await world.close();
});

/** Nobody listens there. */
const away = 'http://127.0.0.1:1';
const section = (name: string, token: string, at = url, more = '') =>
  `# of ${name}\n[[runners]]\n  name = "${name}"\n  url = "${at}"\n  token = "${token}"\n${more}  [runners.kubernetes]\n    image = "x" # ${name}\n`;
const head = '# head\nconcurrent = 2\n\n';
const run = async (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const outcome = await world.run(argv, env);
  for (const secret of ['glrt-secret-runner', 'secret-gone-of-it', 'secret-away-of-it']) {
    expect(outcome.out + outcome.errors).not.toContain(secret);
  }
  return outcome;
};

/** One that is alive, one that GitLab does not know, and one whose GitLab does not answer. */
function writeThree(): { readonly alive: string; readonly gone: string; readonly lost: string } {
  const alive = section('alive', 'glrt-secret-runner');
  const gone = section('gone', 'secret-gone-of-it', url, '  executor = "docker"\n');
  const lost = section('lost', 'secret-away-of-it', away);
  world.write(`${head}${alive}\n${gone}\n${lost}`);
  return { alive, gone, lost };
}

describe('verify', () => {
  it('says of each runner what GitLab says, and changes nothing', async () => {
    writeThree();
    const before = world.read();
    const { status, out } = await run(['verify']);
    expect({ status, lines: out.split('\n') }).toEqual({
      status: 3,
      lines: [
        `alive        "alive" at ${url}`,
        `removed      "gone" at ${url}: GitLab refuses its token`,
        expect.stringMatching(
          /^failed {7}"lost" at http:\/\/127\.0\.0\.1:1: POST \/runners\/verify .*ECONNREFUSED/,
        ) as string,
        '',
      ],
    });
    expect(world.read()).toBe(before);
    const infos = Object.fromEntries(world.bodies.map(({ token, info }) => [token, info !== undefined]));
    expect(infos).toEqual({ 'glrt-secret-runner': true, 'secret-gone-of-it': false });
  });

  it('removes with --delete what GitLab refuses, and never what could not be asked', async () => {
    const { alive, lost } = writeThree();
    const { status, out } = await run(['verify', '--delete']);
    expect(status).toBe(3);
    expect(out).toContain(`removed      "gone" at ${url}: GitLab refuses its token; taken out of config.toml\n`);
    expect(world.read()).toBe(`${head}${alive}\n${lost}`);
  });

  it.each<[string, readonly string[], Readonly<Record<string, string>>, number, RegExp]>([
    ['one by its name', ['--name', 'alive'], {}, 0, /^alive .*\n$/],
    ['one by its name, whatever the environment says', ['-n', 'gone'], { CI_SERVER_URL: 'x' }, 1, /^removed .*\n$/],
    ['one by URL and token', ['--url', 'URL', '--token', 'glrt-secret-runner'], {}, 0, /^alive {8}"alive" .*\n$/],
    [
      'one by the environment',
      [],
      { CI_SERVER_URL: 'URL', CI_SERVER_TOKEN: 'secret-gone-of-it' },
      1,
      /^removed {6}"gone" .*\n$/,
    ],
    ['one that is not in the file', ['-u', 'URL', '-t', 'secret-of-nobody'], {}, 1, /^removed {6}"" at .*\n$/],
    ['with --delete one that is refused', ['-n', 'gone', '--delete'], {}, 0, /^removed .* taken out of config.toml\n$/],
  ])('asks for %s', async (_, argv, env, status, out) => {
    writeThree();
    const given = (text: string): string => (text === 'URL' ? url : text);
    const variables = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, given(value)]));
    const outcome = await run(['verify', ...argv.map(given)], variables);
    expect(outcome).toMatchObject({ status, errors: '', out: expect.stringMatching(out) });
  });

  it.each<[string, readonly string[], string]>([
    [
      'a name that nobody has',
      ['--name', 'x'],
      'config.toml: no runner has the name "x"; there are: "alive", "gone", "lost"',
    ],
    ['a token without a URL', ['--token', 'x'], '--url and --token go together'],
    ['a name and a token', ['--name', 'x', '--token', 'x'], '--name does not go together with --url and --token'],
    ['a file that is not there', ['-c', 'x.toml'], 'x.toml: 1 problem\n  there is no such file'],
  ])('refuses %s', async (_, argv, message) => {
    writeThree();
    expect(await run(['verify', ...argv])).toMatchObject({
      status: 2,
      out: '',
      errors: expect.stringContaining(message),
    });
  });

  it('says what is missing of a runner', async () => {
    world.write('[[runners]]\n[[runners]]\ntoken = "secret-gone-of-it"');
    const { status, out } = await run(['verify']);
    expect({ status, out }).toMatchObject({ status: 3, out: expect.stringContaining('runners.token: is missing') });
    expect(out).toContain('runners.url: is missing');
  });
});

describe('unregister', () => {
  it('removes all from GitLab and the file, but those for which GitLab cannot be asked', async () => {
    const { lost } = writeThree();
    await run(['verify', '--name', 'alive']);
    const { status, out } = await run(['unregister', '--all-runners'], { CI_SERVER_URL: url, CI_SERVER_TOKEN: 'x' });
    expect({ status, lines: out.split('\n') }).toEqual({
      status: 3,
      lines: [
        `unregistered "alive" at ${url}: this machine is no longer one of its managers, the runner stays in GitLab; taken out of config.toml`,
        `unknown      "gone" at ${url}: GitLab does not know it any more; taken out of config.toml`,
        expect.stringMatching(/^failed {7}"lost" at .*ECONNREFUSED.*; it stays in config\.toml$/) as string,
        '',
      ],
    });
    expect(world.read()).toBe(`${head}${lost}`);
    expect(world.requests.slice(1)).toEqual(['DELETE /runners/managers', 'DELETE /runners']);
    expect(world.bodies[1]).toMatchObject({ system_id: world.read('.runner_system_id') });
  });

  it.each<[string, readonly string[]]>([
    ['its name', ['--name', 'old']],
    ['URL and token', ['--url', 'URL/', '--token', 'secret-of-old']],
  ])('removes one by %s', async (_, argv) => {
    world.gitlab.addRunner('secret-of-old');
    const alive = section('alive', 'glrt-secret-runner');
    world.write(`${head}${section('old', 'secret-of-old')}\n${alive}`);
    const { status, out } = await run(['unregister', ...argv.map((word) => word.replace('URL', url))]);
    expect({ status, out }).toEqual({ status: 0, out: `unregistered "old" at ${url}: taken out of config.toml\n` });
    expect(world.read()).toBe(`${head}${alive}`);
    expect([...world.gitlab.runners.keys()]).toEqual(['glrt-secret-runner']);
  });

  it('removes one that is in no file', async () => {
    world.gitlab.addRunner('secret-of-old');
    const { status, out } = await run(['unregister', '--url', url, '--token', 'secret-of-old']);
    expect({ status, out }).toEqual({ status: 0, out: `unregistered "" at ${url}\n` });
    expect(readdirSync(world.dir)).toEqual(['.runner_system_id']);
  });

  it.each<[string, readonly string[], string]>([
    ['nothing', [], 'which one: give --name, or --url and --token, or --all-runners'],
    ['all and a name', ['--all-runners', '--name', 'x'], '--all-runners does not go together with --name'],
    [
      'a name that two have',
      ['--name', 'two'],
      'config.toml: 2 runners have the name "two"; choose with --url and --token',
    ],
  ])('refuses %s', async (_, argv, message) => {
    world.write(section('two', 'secret-1') + section('two', 'secret-2'));
    expect(await run(['unregister', ...argv])).toMatchObject({
      status: 2,
      out: '',
      errors: expect.stringContaining(message),
    });
    expect(world.requests).toEqual([]);
  });
});

describe('list', () => {
  it('lists runners of all executors, with no more of their tokens than the beginning', async () => {
    const times = '  id = 7\n  token_expires_at = 2027-01-02T03:04:05Z\n';
    world.write(
      `${section('a', 'glrt-t1_secretRunnerOfMine1234', 'https://jo:pw@gitlab.example.com/x?y', times)}[[runners]]\nexecutor = "shell"\ntoken = "short"\ntoken_expires_at = 0001-01-01T00:00:00Z\n`,
    );
    expect(await run(['list'])).toEqual({
      status: 0,
      errors: '',
      out: `NAME  EXECUTOR    URL                           TOKEN
a     kubernetes  https://gitlab.example.com/x  secretRun
-     shell       -                             -
`,
    });
    const { out } = await run(['list', '--json'], { CONFIG_FILE: 'config.toml' });
    expect(JSON.parse(out)).toEqual([
      {
        name: 'a',
        executor: 'kubernetes',
        url: 'https://gitlab.example.com/x',
        token: 'secretRun',
        id: 7,
        token_expires_at: '2027-01-02T03:04:05.000Z',
      },
      { name: '', executor: 'shell', url: '', token: '' },
    ]);
    expect(world.requests).toEqual([]);
  });

  it.each([
    ['no runners', 'a = 1', 0, 'config.toml: no runners\n', ''],
    ['no TOML', 'a = ', 2, '', 'config.toml:1: '],
  ])('copes with %s', async (_, text, status, out, errors) => {
    world.write(text);
    expect(await run(['list'])).toMatchObject({ status, out, errors: expect.stringContaining(errors) });
  });

  it('says that there is no file', async () => {
    const outcome = await run(['list'], { CONFIG_FILE: 'x.toml' });
    expect(outcome).toMatchObject({
      status: 2,
      errors: expect.stringContaining('x.toml: 1 problem\n  there is no such file'),
    });
  });
});
