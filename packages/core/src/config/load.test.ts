import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../errors.ts';
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
        executor = "docker"
        environment = ["NOVALUE"]
        [runners.kubernetes]
          cpu_limit = 1
          cpu_limt = "1"
          dns_policy = "cluster"
          "odd key" = true`;
    expect(problemsOf(text)).toEqual([
      'concurrent: too small: expected number to be >=1',
      'chek_interval: unknown key, did you mean check_interval?',
      'runners[0].executor: podwright has one executor: "kubernetes"',
      'runners[0].limit: expected number, received string',
      'runners[0].environment[0]: must be KEY=value',
      'runners[0].kubernetes.dns_policy: invalid option: expected one of "none"|"default" (plugin network)',
      'runners[0].kubernetes.cpu_limit: expected string, received number (plugin resources)',
      'runners[0].kubernetes.cpu_limt: unknown key, did you mean cpu_limit?',
      'runners[0].kubernetes."odd key": unknown key',
    ]);
  });

  it('only returns unknown keys when all else is well', () => {
    const { unknownKeys } = loadConfig('[[runners]]\n[runners.kubernetes]\nnamespaces = "x"', options);
    expect(unknownKeys).toEqual([
      { path: 'runners[0].kubernetes.namespaces', message: 'unknown key', kind: 'unknown_key' },
    ]);
  });

  it.each([
    ['a missing value', 'a =\n', 'line 1, column 4: this is no TOML: unexpected "\\n"'],
    ['an open string', 'a = "b', 'line 1, column 7: this is no TOML: unexpected the end of the file'],
    ['a key given twice', 'a = 1\na = 2', "line 2, column 1: Cannot redefine existing key 'a'."],
  ])('says where there is %s', (_, text, message) => expect(problemsOf(text)).toEqual([message]));

  it.each([
    ['runners', 'runners = 1', 'runners: must be an array of tables, [[runners]]'],
    ['a runner', 'runners = [1]', 'runners[0]: must be a table'],
    ['kubernetes', '[[runners]]\nkubernetes = 1', 'runners[0].kubernetes: must be a table'],
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
