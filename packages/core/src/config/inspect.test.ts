import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatProblem } from '../errors.ts';
import { inspectConfig, loadPodwrightTable, type InspectOptions } from './inspect.ts';

const resources = { name: 'resources', configSchema: z.strictObject({ cpu_limit: z.string().default('') }) };
const network = { name: 'network', configSchema: z.strictObject({ dns_policy: z.string().default('') }) };

function inspect(text: string, options: Partial<InspectOptions> = {}) {
  return inspectConfig(text, { source: 'config.toml', owners: [resources], ...options });
}

function said(text: string, options: Partial<InspectOptions> = {}): string[] {
  return inspect(text, options).problems.map((problem) => formatProblem(problem, 'config.toml'));
}

describe('inspectConfig', () => {
  it('says what is odd beside what is wrong', () => {
    const text =
      'concurrent = 0\n[[runners]]\n[runners.feature_flags]\nFF_X = true\n[runners.kubernetes]\ncpu_limit = 1';
    expect(said(text)).toEqual([
      'config.toml:1: concurrent: too small: expected number to be >=1',
      'config.toml:4: warning: runners[0].feature_flags.FF_X: has no effect: unknown feature flag',
      'config.toml:6: runners[0].kubernetes.cpu_limit: expected string, received number (plugin resources)',
    ]);
  });

  it('gives the valid parts of a runner that is invalid', () => {
    const { config, runners } = inspect('[[runners]]\nlimit = -1\n[runners.kubernetes]\ncpu_limit = "1"');
    expect(config).toBeUndefined();
    expect(runners[0]?.config).toBeUndefined();
    expect(runners[0]?.kubernetes.get('resources')).toEqual({ cpu_limit: '1' });
  });

  it('does not call unknown for certain what a missing plugin may own', () => {
    const text = '[[runners]]\n[runners.kubernetes]\ngpu = 1\ncpu_limt = "1"\nruntime_class_name = "x"\nimage_x.y = 1';
    const sure = '; it may belong to @acme/gpu, which could not be loaded';
    expect(said(text, { missing: ['@acme/gpu'] })).toEqual([
      `config.toml:3: warning: runners[0].kubernetes.gpu: unknown to the plugins that are there${sure}`,
      `config.toml:4: warning: runners[0].kubernetes.cpu_limt: unknown to the plugins that are there, did you mean cpu_limit?${sure}`,
      `config.toml:5: warning: runners[0].kubernetes.runtime_class_name: is GitLab Runner's (since 14.9), podwright does not have it${sure}`,
      `config.toml:6: warning: runners[0].kubernetes.image_x: unknown to the plugins that are there${sure}`,
    ]);
    expect(said('[[runners]]\nlimitt = 1', { missing: ['@acme/gpu'] })).toEqual([
      'config.toml:2: runners[0].limitt: unknown key, did you mean limit?',
    ]);
  });

  it('asks the owner of the caches about them', () => {
    const s3 = z.strictObject({ BucketName: z.string().default('') }).prefault({});
    const configSchema = z.strictObject({ Type: z.string().default(''), s3 });
    const cacheOwner = { name: 'cache', configSchema, notices: () => [{ path: 'Type', message: 'is odd' }] };
    const text = '[[runners]]\n[runners.cache]\nType = "s3"\n[runners.cache.s3]\n';
    expect(said(text, { cacheOwner })).toEqual(['config.toml:3: warning: runners[0].cache.Type: is odd']);
    expect(inspect(text, { cacheOwner }).config?.runners[0]?.cache).toEqual({ Type: 's3', s3: { BucketName: '' } });
    const wrong = `${text}bucketname = "b"\nRoleARN = "r"\n`;
    expect(said(wrong, { cacheOwner })).toEqual([
      'config.toml:3: warning: runners[0].cache.Type: is odd',
      'config.toml:5: runners[0].cache.s3.bucketname: unknown key, did you mean BucketName?',
      expect.stringContaining("config.toml:6: runners[0].cache.s3.RoleARN: is GitLab Runner's"),
    ]);
    expect(said(`${text}BucketName = 1`, { cacheOwner })).toEqual([expect.stringContaining('s3.BucketName: ')]);
    expect(said('[[runners]]\ncache = 1', { cacheOwner })).toEqual([expect.stringContaining('runners[0].cache: ')]);
  });

  it('refuses the keys of a disabled plugin that ask for something', () => {
    const text =
      '[[runners]]\n[runners.kubernetes]\ndns_policy = "x"\n[[runners]]\n[runners.kubernetes]\ndns_policy = ""';
    expect(said(text, { disabled: [network] })).toEqual([
      'config.toml:3: runners[0].kubernetes.dns_policy: belongs to the plugin network, which is disabled',
    ]);
  });

  it('leaves runners of other executors out', () => {
    const text = '[[runners]]\nname = "a"\nexecutor = "docker"\nlimit = "x"\n[[runners]]\nexecutor = "kubernetes"';
    const { config, runners } = inspect(text);
    expect(config?.runners).toHaveLength(1);
    expect(runners.map(({ isForeign }) => isForeign)).toEqual([true, false]);
    expect(said(text)).toEqual([
      'config.toml:3: warning: runners[0].executor: the runner "a" is left out: its executor is "docker", podwright has one: "kubernetes"',
    ]);
  });

  it.each([
    ['no runner', '', ['warning: there is no [[runners]]: no job will be run']],
    [
      'runners with one name',
      '[[runners]]\nname = "a"\n[[runners]]\nname = "a"',
      ['config.toml:4: warning: runners[1].name: is the name of runners[0], too: --runner cannot tell them apart'],
    ],
    [
      'runners with one token, which is not shown',
      '[[runners]]\ntoken = "s3cret"\n[[runners]]\n[[runners]]\ntoken = "s3cret"',
      ['config.toml:5: warning: runners[2].token: is the token of runners[0], too: for GitLab they are one runner'],
    ],
  ])('says that there are %s', (_, text, lines) => expect(said(text)).toEqual(lines));

  it.each([
    ['builds_dir = "builds"', '"builds" must be an absolute path'],
    ['cache_dir = "../c"', '"../c" must be an absolute path'],
    ['builds_dir = "/a\\u0000b"', 'has a NUL character, which no path, name, variable or script can have'],
    ['environment = ["A B=c"]', '"A B" is no name of a variable: letters, digits and _, not beginning with a digit'],
    ['environment = ["1A=c"]', '"1A" is no name of a variable'],
    ['environment = ["=s3cret"]', '"" is no name of a variable'],
    ['environment = ["s3cret"]', 'must be KEY=value'],
    ['url = "gitlab.example.com"', '"gitlab.example.com" must be an http or https URL such as'],
    ['url = "ftp://x"', '"ftp://x" must be an http or https URL'],
    ['url = "https://"', '"https://" must be an http or https URL'],
    ['clone_url = "ssh://user:pass@x"', 'it must be an http or https URL'],
    ['name = 1979-05-27', '1979-05-27 is a date or time: write it in quotes if it is a text'],
    ['name = 07:32:00', '07:32:00 is a date or time'],
    ['name = 1979-05-27T07:32:00', '1979-05-27T07:32:00 is a date or time'],
    ['environment = [1979-05-27]', '1979-05-27 is a date or time'],
    ['name = 1979-05-27T07:32:00Z', 'expected string, received Date'],
    ['[runners.feature_flags]\n"A\\u0000" = true', 'the key has a NUL character'],
    ['[runners.kubernetes]\npoll_timeout = 2147484', '2147484 must be at most 2147483 (24 days): longer timers end at'],
    ['[runners.kubernetes]\npoll_interval = 2147484', '2147484 must be at most 2147483'],
    ['[runners.kubernetes]\nterminationGracePeriodSeconds = 2147484', '2147484 must be at most 2147483'],
    ['[runners.kubernetes]\nterminationGracePeriodSeconds = -1', 'too small'],
  ])('refuses %s', (text, message) => {
    const { config, problems } = inspect(`[[runners]]\n${text}`);
    const lines = problems.filter(({ kind }) => kind === 'invalid').map((problem) => formatProblem(problem));
    expect(config).toBeUndefined();
    expect(lines.join('\n')).toContain(message);
    expect(lines.join('\n')).not.toMatch(/s3cret|pass/);
  });

  it.each([
    ['builds_dir = ""'],
    ['builds_dir = "/b"'],
    ['environment = ["_A1=", "B=x=y"]'],
    ['url = "http://gitlab:8080/sub"'],
    ['clone_url = "https://user:pass@x"'],
    ['[runners.kubernetes]\npoll_timeout = 2147483'],
    ['[runners.kubernetes]\npoll_timeout = -1'],
  ])('takes %s', (text) => expect(said(`[[runners]]\n${text}`)).toEqual([]));
});

describe('loadPodwrightTable', () => {
  it('takes what is valid', () => {
    const text = '[podwright]\nplugins = ["a"]\ndisabled_plugins = 1\nodd = true';
    expect(loadPodwrightTable(text, 'x')).toEqual({ plugins: ['a'], disabled_plugins: [], overwrite_match: 'whole' });
    expect(loadPodwrightTable('podwright = 1', 'x')).toMatchObject({ plugins: [] });
  });
});
