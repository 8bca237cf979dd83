import fc from 'fast-check';
import { ConfigError } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { readCiFile } from './read-ci-file.ts';

function read(lines: string, job?: string) {
  return readCiFile(lines, 'ci.yml', job);
}

/** The problems of a file, one string each. */
function problems(lines: string, job?: string): string[] {
  try {
    read(lines, job);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

describe('readCiFile', () => {
  it('reads the smallest file there is', () => {
    expect(read('hello:\n  script: echo hi\n')).toEqual({
      name: 'hello',
      stage: 'test',
      services: [],
      variables: [],
      script: ['echo hi'],
      afterScript: [],
      artifacts: [],
      cache: [],
      expectsArtifactsOf: [],
    });
  });

  it('puts before_script in front, and takes nested lists apart', () => {
    const job = read(`
default:
  before_script: [prepare]
  after_script: tidy
a:
  script:
    - [one, [two, three]]
    - |
      four
      five
`);
    expect(job.script).toEqual(['prepare', 'one', 'two', 'three', 'four\nfive\n']);
    expect(job.afterScript).toEqual(['tidy']);
  });

  it('prefers what the job says over default, also when it says nothing', () => {
    const job = read(`
default:
  image: ruby:3
  before_script: [prepare]
  services: [redis]
  timeout: 2h
a:
  image: { name: node:20, entrypoint: [""], pull_policy: if-not-present, docker: { platform: arm64 } }
  before_script: []
  services: null
  script: run
`);
    expect(job.image).toEqual({ name: 'node:20', entrypoint: [''], pull_policy: ['if-not-present'] });
    expect(job.script).toEqual(['run']);
    expect(job.services).toEqual([]);
    expect(job.timeout).toBe(7200);
  });

  it('takes keywords at the top of the file as defaults, as old files have them', () => {
    const job = read(`
image: alpine
before_script: prepare
after_script: [tidy]
cache: { paths: [node_modules] }
services:
  - name: postgres:16
    alias: db
    command: [postgres, -c, fsync=off]
    variables: { POSTGRES_PASSWORD: x }
a: { script: run }
`);
    expect(job.image).toEqual({ name: 'alpine' });
    expect(job.script).toEqual(['prepare', 'run']);
    expect(job.cache).toEqual([{ key: 'default', paths: ['node_modules'], policy: 'pull-push' }]);
    expect(job.services).toEqual([
      {
        name: 'postgres:16',
        alias: 'db',
        command: ['postgres', '-c', 'fsync=off'],
        variables: [{ key: 'POSTGRES_PASSWORD', value: 'x', raw: false }],
      },
    ]);
  });

  it('merges what is extended: maps deeply, lists not at all, later templates over earlier ones', () => {
    const job = read(`
.base: { image: base, tags: [a], variables: { A: base, B: base }, script: [base] }
.more: { extends: .base, variables: { B: more, C: more } }
.other: { variables: { C: other }, artifacts: { paths: [x], expire_in: 1 week } }
job:
  extends: [.more, .other]
  artifacts: { paths: [y] }
  variables: { D: job }
`);
    expect(job.image).toEqual({ name: 'base' });
    expect(job.script).toEqual(['base']);
    expect(Object.fromEntries(job.variables.map((v) => [v.key, v.value]))).toEqual({
      A: 'base',
      B: 'more',
      C: 'other',
      D: 'job',
    });
    expect(job.artifacts).toEqual([
      { paths: ['y'], expire_in: '1 week', artifact_type: 'archive', artifact_format: 'zip' },
    ]);
  });

  it('takes back with null what a template gave', () => {
    const job = read(
      '.a: { image: x, cache: { key: k, paths: [p] }, script: [s] }\nb: { extends: .a, image: null, cache: ~ }',
    );
    expect(job.image).toBeUndefined();
    expect(job.cache).toEqual([]);
  });

  it('follows anchors, merge keys and aliases', () => {
    const job = read(`
.vars: &vars { A: "1", B: "1" }
.more: &more { B: "2", C: "2" }
.script: &script
  - one
a:
  variables:
    <<: [*more, *vars]
    C: "3"
  script:
    - *script
    - two
`);
    expect(job.variables).toEqual([
      { key: 'B', value: '2', raw: false },
      { key: 'C', value: '3', raw: false },
      { key: 'A', value: '1', raw: false },
    ]);
    expect(job.script).toEqual(['one', 'two']);
  });

  it('accepts several merge keys in one map, as GitLab does', () => {
    const job = read('.a: &a { image: x }\n.b: &b { script: y }\nc:\n  <<: *a\n  <<: *b\n');
    expect(job.image).toEqual({ name: 'x' });
    expect(job.script).toEqual(['y']);
  });

  it('resolves references, also inside referenced values and after extends', () => {
    const job = read(`
.setup:
  script: [setup]
  variables: { URL: u }
.all:
  extends: .setup
  after_script: [!reference [.setup, script], tidy]
job:
  variables:
    MINE: !reference [.all, variables, URL]
  script:
    - !reference [.all, script]
    - run
  after_script: !reference [.all, after_script]
`);
    expect(job.script).toEqual(['setup', 'run']);
    expect(job.afterScript).toEqual(['setup', 'tidy']);
    expect(job.variables).toEqual([{ key: 'MINE', value: 'u', raw: false }]);
  });

  it('takes variables as strings, numbers and maps', () => {
    const job = read(`
variables:
  TEXT: a
  NUMBER: 42
  FLOAT: 1.5
  FORM: { value: x, description: d, options: [x, y] }
  UNSET: { description: only for the form }
a:
  variables:
    RAW: { value: $TEXT, expand: false }
  script: run
`);
    expect(job.variables).toEqual([
      { key: 'TEXT', value: 'a', raw: false },
      { key: 'NUMBER', value: '42', raw: false },
      { key: 'FLOAT', value: '1.5', raw: false },
      { key: 'FORM', value: 'x', raw: false },
      { key: 'UNSET', value: '', raw: false },
      { key: 'RAW', value: '$TEXT', raw: true },
    ]);
  });

  it('lets a job inherit only what it asks for', () => {
    const job = read(`
default: { image: x, before_script: [prepare] }
variables: { A: 1, B: 2 }
a:
  inherit: { default: [image], variables: [B] }
  script: run
`);
    expect(job.image).toEqual({ name: 'x' });
    expect(job.script).toEqual(['run']);
    expect(job.variables.map((v) => v.key)).toEqual(['B']);
    expect(read('variables: { A: 1 }\na: { inherit: { variables: false }, script: run }').variables).toEqual([]);
  });

  it('reads artifacts and reports', () => {
    const job = read(`
a:
  script: run
  artifacts:
    name: out
    paths: [bin/, dist]
    exclude: ["**/*.o"]
    when: always
    expire_in: 2h 30m
    reports:
      junit: report.xml
      coverage_report: { coverage_format: cobertura, path: cov.xml }
`);
    expect(job.artifacts).toEqual([
      {
        name: 'out',
        paths: ['bin/', 'dist'],
        exclude: ['**/*.o'],
        when: 'always',
        expire_in: '2h 30m',
        artifact_type: 'archive',
        artifact_format: 'zip',
      },
      {
        name: 'junit.xml',
        paths: ['report.xml'],
        when: 'always',
        expire_in: '2h 30m',
        artifact_type: 'junit',
        artifact_format: 'gzip',
      },
      {
        name: 'cobertura-coverage.xml',
        paths: ['cov.xml'],
        when: 'always',
        expire_in: '2h 30m',
        artifact_type: 'cobertura',
        artifact_format: 'gzip',
      },
    ]);
  });

  it('reads caches: one, several, with the key of files as GitLab makes it without them', () => {
    const job = read(`
a:
  script: run
  cache:
    - { key: $CI_COMMIT_REF_SLUG, paths: [a], policy: pull, when: always, fallback_keys: [main] }
    - { key: { files: [Gemfile.lock], prefix: gems }, paths: [b], untracked: true }
`);
    expect(job.cache).toEqual([
      { key: '$CI_COMMIT_REF_SLUG', paths: ['a'], policy: 'pull', when: 'always', fallback_keys: ['main'] },
      { key: 'gems-default', paths: ['b'], untracked: true, policy: 'pull-push' },
    ]);
  });

  it('accepts what only decides whether, when and where a job runs', () => {
    const job = read(`
stages: [build, check]
workflow: { name: x, rules: [{ if: $CI }] }
a:
  stage: check
  tags: [docker]
  rules: [{ if: $CI_COMMIT_BRANCH, when: always, changes: [src/**], allow_failure: true }]
  when: manual
  start_in: 30 minutes
  allow_failure: { exit_codes: [1] }
  retry: { max: 2, when: runner_system_failure }
  interruptible: true
  resource_group: prod
  coverage: /\\d+%/
  environment: { name: prod/eu, url: https://x, action: start }
  parallel: 4
  needs: []
  script: run
`);
    expect(job.stage).toBe('check');
    expect(job.environment).toEqual({ name: 'prod/eu', url: 'https://x', action: 'start' });
    expect(job.parallel).toBe(4);
  });

  it.each<[string, string, string[]]>([
    ['jobs of earlier stages that make artifacts', '', ['compile']],
    ['those that it needs', 'needs: [compile, lint]', ['compile']],
    ['none that it needs without artifacts', 'needs: [{ job: compile, artifacts: false }]', []],
    ['its dependencies, whatever it needs', 'needs: [compile]\n  dependencies: []', []],
  ])('knows whose artifacts a job would have: %s', (_, keys, expected) => {
    const file = `
compile: { stage: build, script: x, artifacts: { paths: [bin] } }
lint: { stage: build, script: x }
check:
  script: x
  ${keys}
`;
    expect(read(file, 'check').expectsArtifactsOf).toEqual(expected);
  });

  it('does not mind document markers and Windows line ends', () => {
    expect(read('---\r\na:\r\n  script:\r\n    - |\r\n      one\r\n      two\r\n---\r\n').script).toEqual([
      'one\ntwo\n',
    ]);
  });

  it('takes the only job, and asks which one where there are several', () => {
    const file =
      'stages: [one, two]\nb: { stage: two, script: x }\na: { stage: one, script: y }\n.hidden: { script: z }\n';
    expect(problems(file)).toEqual(['ci.yml: has several jobs, name the one to run: a, b']);
    expect(problems(file, 'aa')).toEqual(['ci.yml: has no job "aa", did you mean a?; the jobs are a, b']);
    expect(problems('stages: [a]')).toEqual(['ci.yml: has no job']);
    expect(read(file, 'b').script).toEqual(['x']);
  });
});

describe('what readCiFile refuses', () => {
  it('reports every problem of the file at once, with its line', () => {
    const file = `image: [alpine]
stages: [build]
variabels:
  A: 1
.template:
  retyr: 3
build:
  extends: .template
  stage: biuld
  scirpt: make
test:
  extends: [.nothing]
  script: { make: test }
  timeout: soon
`;
    expect(problems(file)).toEqual([
      'ci.yml:1: image: must be an image name or a map with "name"',
      'ci.yml:3: variabels: unknown key, did you mean variables?',
      'ci.yml:6: build.retyr: unknown key, did you mean retry?',
      'ci.yml:7: build: the job has no script',
      'ci.yml:9: build.stage: unknown stage "biuld", the stages are .pre, build, .post',
      'ci.yml:10: build.scirpt: unknown key, did you mean script?',
      'ci.yml:11: test: unknown stage "test", the stages are .pre, build, .post',
      'ci.yml:12: test.extends[0]: ".nothing" is not a job or template of this file',
      'ci.yml:13: test.script: must be a string, not a map; a colon followed by a space makes a map: write the text in quotes',
      'ci.yml:14: test.timeout: "soon" is not a duration such as "1h 30m" or "90 minutes"',
    ]);
  });

  it.each<[string, string, string]>([
    [
      'include',
      'include: other.yml\na: { script: x }',
      'ci.yml:1: include: include is not supported: put the included jobs into this file',
    ],
    [
      'trigger',
      'a: { trigger: other/project }',
      'ci.yml:1: a.trigger: trigger is not supported: it starts another pipeline, which only GitLab can do',
    ],
    [
      'a matrix',
      'a:\n  script: x\n  parallel: { matrix: [{ A: [1, 2] }] }',
      'ci.yml:3: a.parallel: parallel:matrix is not supported: write the one job that you want, or pass its variables with --env',
    ],
    [
      'secrets',
      'a: { script: x, secrets: { P: { vault: a/b } } }',
      'ci.yml:1: a.secrets: secrets is not supported: secret stores are not asked; pass the value with --masked NAME=VALUE',
    ],
    [
      'id_tokens of default',
      'default:\n  id_tokens: { T: { aud: x } }\na: { script: x }',
      'ci.yml:2: default.id_tokens: id_tokens is not supported: only GitLab can sign them; pass a token with --masked NAME=VALUE',
    ],
    [
      'variables of rules',
      'a:\n  script: x\n  rules:\n    - if: $A\n      variables: { B: c }',
      'ci.yml:5: a.rules[0].variables: variables of rules are not supported, as rules are not evaluated; use --env',
    ],
    [
      'steps',
      'a: { run: [{ name: x, step: y }] }',
      'ci.yml:1: a.run: run is not supported: steps are not run; use script',
    ],
    [
      'the user of an image',
      'a: { script: x, image: { name: y, kubernetes: { user: 1 } } }',
      'ci.yml:1: a.image.kubernetes: not supported: the user of a container comes from the image',
    ],
    [
      'inputs',
      'spec: { inputs: {} }\n---\na: { script: x }',
      'ci.yml:2: a second YAML document begins here; a "spec" header is not supported',
    ],
  ])('names what it does not support: %s', (_, file, problem) => {
    expect(problems(file)).toEqual([problem]);
  });

  it('does not mind what other jobs use', () => {
    expect(
      read('a: { script: x }\nb: { trigger: other/project }\nc: { release: { tag_name: v1 }, script: x }', 'a').name,
    ).toBe('a');
  });

  it.each<[string, string, string]>([
    [
      'an extends cycle',
      '.a: { extends: .b }\n.b: { extends: .c }\n.c: { extends: .a }\nj: { extends: .a, script: x }',
      '.a -> .b -> .c -> .a',
    ],
    [
      'a reference cycle',
      '.a: { script: !reference [.b, script] }\n.b: { script: !reference [.a, script] }\nj: { script: !reference [.a, script] }',
      'leads back to itself',
    ],
    [
      'a reference to nowhere',
      'j: { script: !reference [.a, script] }',
      '!reference [.a, script]: there is no such value in this file',
    ],
    ['a duplicate key', 'j: { script: x }\nj: { script: y }', 'map keys must be unique'],
    ['an unknown tag', 'j: { script: !env X }', 'unresolved tag: !env'],
    ['an unknown alias', 'j: { script: *nope }', '*nope: there is no anchor &nope before it'],
    ['broken YAML', 'j:\n  script: "x', 'ci.yml:'],
    ['a list', '- a\n- b', 'must be a map of jobs and keywords'],
    ['an empty file', '', 'must be a map of jobs and keywords'],
    ['a file of comments', '# nothing\n', 'must be a map of jobs and keywords'],
    [
      'a boolean variable',
      'variables: { A: yes }\nj: { script: x }',
      'must be a string, not the boolean yes; write it in quotes: "yes"',
    ],
    ['a number that YAML changes', 'variables: { V: 1.10 }\nj: { script: x }', 'write it in quotes: "1.10"'],
    ['an octal number', 'variables: { MODE: 0644 }\nj: { script: x }', 'write it in quotes: "0644"'],
    [
      'a date',
      'variables: { DAY: 2024-01-01 }\nj: { script: x }',
      'must be a string, not a date; write it in quotes: "2024-01-01"',
    ],
    ['a job that is text', 'j: hello', 'j: unknown key; a job would be a map'],
    ['an empty script', 'j: { script: [] }', 'the script is empty'],
    [
      'a keyword written twice',
      'image: a\ndefault: { image: b }\nj: { script: x }',
      'image is also in default; keep one of them',
    ],
    [
      'a wrong when',
      'j: { script: x, artifacts: { paths: [a], when: sometimes } }',
      'unknown value "sometimes", must be one of on_success, on_failure, always',
    ],
    ['a wrong report', 'j: { script: x, artifacts: { reports: { junitt: a } } }', 'unknown key, did you mean junit?'],
    ['a need of a job that is not there', 'j: { script: x, needs: [nope] }', 'there is no job "nope" in this file'],
    ['a merge of a scalar', 'j: { script: x, <<: 5 }', 'a merge key (<<) takes a map or a list of maps'],
    ['nesting without end', `j: ${'['.repeat(5000)}`, 'ci.yml'],
    ['more than 2 MiB', `# ${'x'.repeat(2 * 1024 * 1024)}`, 'larger than 2 MiB'],
  ])('says what is wrong with %s', (_, file, part) => {
    expect(problems(file).join('\n')).toContain(part);
  });

  it('bounds what aliases can blow up', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `.l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(10)}]`);
    expect(problems(['.l0: &l0 [x]', ...levels, 'j: { script: *l12 }'].join('\n')).join('\n')).toContain(
      'more than 100000 values with all aliases',
    );
  });

  it('bounds what references can blow up', () => {
    const levels = Array.from(
      { length: 40 },
      (_, i) => `.l${i + 1}: { s: [!reference [.l${i}, s], !reference [.l${i}, s]] }`,
    );
    expect(
      problems(['.l0: { s: [x] }', ...levels, 'j: { script: !reference [.l40, s] }'].join('\n')).join('\n'),
    ).toContain('more than 10000 items');
  });

  it('ends with a job or a ConfigError, whatever the YAML', () => {
    const key = fc.constantFrom(
      'script',
      'image',
      'extends',
      'variables',
      'default',
      'stages',
      'needs',
      'rules',
      'a',
      '.b',
      '<<',
    );
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('a', '.b', '$x'));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, tree), (file) => {
        problems(JSON.stringify(file), 'a');
      }),
      { numRuns: 300 },
    );
  });

  it('ends with a job or a ConfigError, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:-[]{}&*!|>"\'#,? \n\t<'.split('')) }), (text) => {
        problems(text, 'a');
      }),
      { numRuns: 500 },
    );
  });
});
