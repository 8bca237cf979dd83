import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, formatProblem } from '../errors.ts';
import { loadConfig } from './load.ts';

const owners = [
  { name: 'network', configSchema: z.strictObject({ dns_policy: z.enum(['none', 'default']).optional() }) },
  { name: 'resources', configSchema: z.strictObject({ cpu_limit: z.string().default('') }) },
];
const options = { source: 'config.toml', owners };

describe('loadConfig', () => {
  it('fills in the defaults of an empty file', () => {
    const { config } = loadConfig('', options);
    expect(config).toMatchObject({ concurrent: 1, check_interval: 0, log_level: 'info', runners: [] });
  });

  it('gives each owner its keys', () => {
    const { config, unknownKeys } = loadConfig(
      `concurrent = 4
       [[runners]]
         name = "r"
         url = "https://gitlab.example.com"
         token = "t"
         executor = "kubernetes"
         environment = ["A=b"]
         [runners.kubernetes]
           poll_timeout = 600
           cpu_limit = "1"`,
      options,
    );
    expect(unknownKeys).toEqual([]);
    const [runner] = config.runners;
    expect(runner).toMatchObject({ name: 'r', environment: ['A=b'], executorConfig: { poll_timeout: 600 } });
    expect(runner?.kubernetes.get('resources')).toEqual({ cpu_limit: '1' });
    expect(runner?.kubernetes.get('network')).toEqual({});
  });

  it('reports every problem at once, with path, plugin and the nearest key', () => {
    const text = `
      concurrent = 0
      chek_interval = 3
      [[runners]]
        limit = "many"
        executor = "podman"
        environment = ["NOVALUE"]
        [runners.kubernetes]
          cpu_limit = 1
          cpu_limt = "1"
          dns_policy = "cluster"
          "odd key" = true`;
    expect(problemsOf(text)).toEqual([
      'config.toml:2: concurrent: too small: expected number to be >=1',
      'config.toml:3: chek_interval: unknown key, did you mean check_interval?',
      'config.toml:5: runners[0].limit: expected number, received string',
      'config.toml:6: runners[0].executor: "podman" is no executor; podwright has one: "kubernetes"',
      'config.toml:7: runners[0].environment[0]: must be KEY=value',
      'config.toml:9: runners[0].kubernetes.cpu_limit: expected string, received number (plugin resources)',
      'config.toml:10: runners[0].kubernetes.cpu_limt: unknown key, did you mean cpu_limit?',
      'config.toml:11: runners[0].kubernetes.dns_policy: invalid option: expected one of "none"|"default" (plugin network)',
      'config.toml:12: runners[0].kubernetes."odd key": unknown key',
    ]);
  });

  it('only returns unknown keys when all else is well', () => {
    const { unknownKeys } = loadConfig('[[runners]]\n[runners.kubernetes]\nnamespaces = "x"', options);
    expect(unknownKeys).toEqual([
      { path: 'runners[0].kubernetes.namespaces', message: 'unknown key', kind: 'unknown_key', line: 3 },
    ]);
  });

  it.each([
    ['cpu_limit = "1"', 'line 1: cpu_limit: has no effect here: it belongs to [runners.kubernetes]'],
    [
      '[[runners]]\ncpu_limit = "1"',
      'line 2: runners[0].cpu_limit: has no effect here: it belongs to [runners.kubernetes]',
    ],
    [
      '[[runners]]\n[runners.kubernetes]\nenvironment = []',
      'line 3: runners[0].kubernetes.environment: has no effect here: it belongs to [[runners]]',
    ],
    ['builds_dir = "/b"', 'line 1: builds_dir: has no effect here: it belongs to [[runners]]'],
  ])('says of %j where the key belongs', (text, message) => {
    expect(loadConfig(text, options).unknownKeys.map((problem) => formatProblem(problem))).toEqual([message]);
  });

  it('uses the rest of a table that has an unknown key in it', () => {
    const deep = z.strictObject({ deep: z.strictObject({ a: z.string().default('x') }).prefault({}) });
    const text = '[[runners]]\n[runners.kubernetes.deep]\na = "y"\nb = 1';
    const { config, unknownKeys } = loadConfig(text, { ...options, owners: [{ name: 'd', configSchema: deep }] });
    expect(config.runners[0]?.kubernetes.get('d')).toEqual({ deep: { a: 'y' } });
    expect(unknownKeys.map((problem) => formatProblem(problem))).toEqual([
      'line 4: runners[0].kubernetes.deep.b: unknown key, did you mean a? (plugin d)',
    ]);
  });

  it('says what is wrong with the whole of a table that has an unknown key, too', () => {
    const schema = z.strictObject({ a: z.string() }).refine(({ a }) => a !== 'bad', 'a is bad');
    const text = '[[runners]]\n[runners.kubernetes]\na = "bad"\nb = 1';
    expect(() => loadConfig(text, { ...options, owners: [{ name: 'd', configSchema: schema }] })).toThrow('a is bad');
  });

  it('points out what is legal but has no effect, or not the expected one', () => {
    const odd = { ...owners[1]!, notices: () => [{ path: 'cpu_limit', message: 'is odd' }] };
    const text =
      '[[runners]]\n[runners.feature_flags]\nFF_X = true\n[runners.kubernetes]\ncpu_limit = "1"\npoll_interval = 5';
    expect(loadConfig(text, { ...options, owners: [odd] }).notices.map((problem) => formatProblem(problem))).toEqual([
      'line 3: warning: runners[0].feature_flags.FF_X: has no effect: unknown feature flag',
      'line 5: warning: runners[0].kubernetes.cpu_limit: is odd (plugin resources)',
      'line 6: warning: runners[0].kubernetes.poll_interval: has no effect: podwright watches its Pods and does not poll',
    ]);
  });

  it.each([
    ['a missing value', 'a =\n', 'config.toml:1: column 4: this is no TOML: unexpected "\\n"'],
    ['an open string', 'a = "b', 'config.toml:1: column 7: this is no TOML: unexpected the end of the file'],
    ['a number beyond all bounds', 'a = 9223372036854775807', 'config.toml:1: column 5: this integer is too large'],
    ['a key given twice', 'a = 1\na = 2', "config.toml:2: column 1: Cannot redefine existing key 'a'."],
  ])('says where there is %s', (_, text, message) => expect(problemsOf(text)).toEqual([message]));

  it.each([
    ['runners', 'runners = 1', 'config.toml:1: runners: must be an array of tables, [[runners]]'],
    ['a runner', 'runners = [1]', 'config.toml:1: runners[0]: must be a table'],
    ['kubernetes', '[[runners]]\nkubernetes = 1', 'config.toml:2: runners[0].kubernetes: must be a table'],
  ])('refuses %s that is no table', (_, text, message) => expect(problemsOf(text)).toEqual([message]));
});

function problemsOf(text: string): string[] {
  try {
    loadConfig(text, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n  ').slice(1);
    throw error;
  }
  throw new Error('was accepted');
}
