import type { CacheUrls, Stage } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { testRequest, type TestJob } from '../test/request.ts';
import { createShell } from './shell.ts';

const runner = { url: 'https://gitlab.example.com/' };
const urls = {
  get: 'https://s3/k?sig=get',
  put: { url: 'https://s3/k?sig=put', headers: { 'x-ms-blob-type': 'BlockBlob' } },
};

function stages(
  payload: Record<string, unknown>,
  job: TestJob = {},
  cacheUrls?: ReadonlyMap<string, CacheUrls>,
): Stage[] {
  const request = testRequest({ ...job, runner: { ...runner, ...job.runner }, payload: { token: 'tok', ...payload } });
  return [...createShell().plan({ ...request, ...(cacheUrls && { cacheUrls }) }).stages];
}

function scriptOf(name: string, all: readonly Stage[]): string {
  // oxlint-disable-next-line no-control-regex -- colours are not what these tests are about
  return (all.find((stage) => stage.name === name)?.script ?? '').replaceAll(/\u001b\[[0-9;]*m/g, '');
}

/** The calls of the helper program in a script. */
function calls(name: string, all: readonly Stage[]): string[] {
  const lines = scriptOf(name, all).split('\n');
  return lines
    .map((line) => /^(?:if )?gitlab-runner-helper (?!--version)(.*?)(?:; then)?$/.exec(line)?.[1] ?? '')
    .filter((call) => call !== '');
}

function names(all: readonly Stage[]): string[] {
  return all.map(({ name }) => name).filter((name) => !['prepare_script', 'get_sources'].includes(name));
}

const dependencies = [
  { id: 7, token: 'dep', name: 'build', artifacts_file: { filename: 'artifacts.zip', size: 1 } },
  { id: 8, token: 'dep', name: 'none', artifacts_file: { filename: null } },
  { id: 9, token: 'dep', name: 'no file' },
];

describe('stages for files', () => {
  it("are in GitLab's order, in the helper, each for what it has to do", () => {
    const steps = ['script', 'after_script'].map((name) => ({ name, script: ['x'] }));
    const cache = [{ key: 'k', paths: ['a'], when: 'always' }];
    const artifacts = [{ paths: ['b'], when: 'always' }];
    const all = stages({ steps, cache, artifacts, dependencies });
    expect(names(all)).toEqual([
      'restore_cache',
      'download_artifacts',
      'step_script',
      'after_script',
      'archive_cache_on_failure',
      'archive_cache',
      'upload_artifacts_on_failure',
      'upload_artifacts_on_success',
    ]);
    const files = all.filter(({ name }) => /cache|artifacts/.test(name));
    expect(
      files.map(({ title, container, condition, countsForResult }) => [title, container, condition, countsForResult]),
    ).toEqual([
      ['Restoring cache', 'helper', 'on_success', false],
      ['Downloading artifacts', 'helper', 'on_success', true],
      ['Saving cache for failed job', 'helper', 'on_failure', false],
      ['Saving cache for successful job', 'helper', 'on_success', false],
      ['Uploading artifacts for failed job', 'helper', 'on_failure', true],
      ['Uploading artifacts for successful job', 'helper', 'on_success', true],
    ]);
  });

  it.each([
    { what: 'nothing', payload: {}, has: [] },
    { what: 'a cache without files', payload: { cache: [{ key: 'k' }, { paths: [] }] }, has: [] },
    {
      what: 'a cache of untracked files',
      payload: { cache: [{ untracked: true }] },
      has: ['restore_cache', 'archive_cache'],
    },
    {
      what: 'a cache for failures',
      payload: { cache: [{ paths: ['a'], when: 'on_failure' }] },
      has: ['restore_cache', 'archive_cache_on_failure'],
    },
    { what: 'artifacts without files', payload: { artifacts: [{ name: 'x' }] }, has: [] },
    { what: 'artifacts', payload: { artifacts: [{ paths: ['a'], when: null }] }, has: ['upload_artifacts_on_success'] },
    {
      what: 'artifacts for failures',
      payload: { artifacts: [{ untracked: true, when: 'on_failure' }] },
      has: ['upload_artifacts_on_failure'],
    },
    { what: 'dependencies without artifacts', payload: { dependencies: dependencies.slice(1) }, has: [] },
  ])('for a job with $what: $has', ({ payload, has }) => {
    expect(names(stages(payload)).filter((name) => name !== 'step_script')).toEqual(has);
  });

  it('have no artifacts without a coordinator, and none without a token', () => {
    const artifacts = [{ paths: ['a'] }];
    expect(names(stages({ artifacts, dependencies }, { runner: { url: '' } }))).toEqual(['step_script']);
    expect(names(stages({ artifacts, token: '' }))).toEqual(['step_script']);
  });

  it('are tried as often as the variables say', () => {
    const variables = [
      { key: 'RESTORE_CACHE_ATTEMPTS', value: '2' },
      { key: 'ARTIFACT_DOWNLOAD_ATTEMPTS', value: '3' },
    ];
    const all = stages({ cache: [{ paths: ['a'] }], dependencies }, { variables });
    expect(all.map(({ name, attempts }) => [name, attempts])).toContainEqual(['restore_cache', 2]);
    expect(all.map(({ name, attempts }) => [name, attempts])).toContainEqual(['download_artifacts', 3]);
  });

  it('are refused with all that makes no sense in them', () => {
    const variables = [
      { key: 'RESTORE_CACHE_ATTEMPTS', value: '0' },
      { key: 'ARTIFACT_DOWNLOAD_ATTEMPTS', value: '11' },
      { key: 'POLICY', value: 'push-pull' },
    ];
    expect(() => stages({ cache: [{ paths: ['a'], policy: '$POLICY' }], dependencies }, { variables })).toThrow(
      [
        'policy of cache[0] is "push-pull": must be one of pull-push, pull, push',
        'RESTORE_CACHE_ATTEMPTS is "0": must be a number from 1 to 10',
        'ARTIFACT_DOWNLOAD_ATTEMPTS is "11": must be a number from 1 to 10',
      ].join('\n'),
    );
  });
});

describe('restore_cache', () => {
  const paths = ['a'];
  const file = (key: string) => `cache-extractor --file '../../../cache/group/project/${key}/cache.zip'`;

  it.each([
    { what: 'a key with variables', cache: { key: '$A-x' }, keys: ['one-x'] },
    { what: 'no key: job and ref', cache: {}, keys: ['test/main'] },
    { what: 'fallbacks', cache: { key: 'k', fallback_keys: ['$A', 'b/../c', '..'] }, keys: ['k', 'one', 'c'] },
    {
      what: 'CACHE_FALLBACK_KEY, last',
      cache: { key: 'k', fallback_keys: ['f'] },
      common: 'all',
      keys: ['k', 'f', 'all'],
    },
    { what: 'a protected CACHE_FALLBACK_KEY', cache: { key: 'k' }, common: 'x-protected/. ', keys: ['k'] },
    { what: 'policy pull', cache: { key: 'k', policy: 'pull' }, keys: ['k'] },
    { what: 'policy push', cache: { key: 'k', policy: 'push' }, keys: [] },
    { what: 'a key that cannot be used', cache: { key: '..' }, keys: [] },
  ])('looks for $keys: $what', ({ cache, common = '', keys }) => {
    const variables = [
      { key: 'A', value: 'one' },
      { key: 'CACHE_FALLBACK_KEY', value: common },
    ];
    const payload = { job_info: { name: 'test' }, git_info: { ref: 'main' }, cache: [{ ...cache, paths }] };
    expect(calls('restore_cache', stages(payload, { variables }))).toEqual(
      keys.map((key) => `${file(key)} --timeout '10'`),
    );
  });

  it.each([
    { cache: { key: 'a//b' }, says: 'cache key "a//b" sanitized to "a/b"' },
    { cache: { key: '..' }, says: 'cache key ".." could not be sanitized' },
    { cache: { key: '..' }, says: 'Skipping cache extraction due to empty cache key' },
    { cache: { key: '$NONE' }, says: 'Skipping cache extraction due to empty cache key' },
    { cache: { key: 'k', policy: 'push' }, says: 'Not downloading cache k due to policy' },
    { cache: { key: 'k' }, says: 'Missing gitlab-runner-helper. Extracting cache is disabled.' },
    { cache: { key: 'k' }, says: 'CACHE_FALLBACK_KEY "x-protected" not allowed to end in "-protected"' },
    { cache: { key: 'k' }, says: 'CACHE_REQUEST_TIMEOUT is "soon": must be a number of minutes; 10 is used' },
  ])('says: $says', ({ cache, says }) => {
    const variables = [
      { key: 'CACHE_FALLBACK_KEY', value: 'x-protected' },
      { key: 'CACHE_REQUEST_TIMEOUT', value: 'soon' },
    ];
    const all = stages({ cache: [{ ...cache, paths }] }, { variables });
    expect(scriptOf('restore_cache', all)).toContain(`printf '%s\\n' '${says}'`);
  });

  it('asks a distributed cache by URL, out of sight of CI_DEBUG_TRACE', () => {
    const job = { variables: [{ key: 'CACHE_REQUEST_TIMEOUT', value: '3' }] };
    const all = stages({ cache: [{ key: 'k', paths, fallback_keys: ['f'] }] }, job, new Map([['k', urls]]));
    expect(calls('restore_cache', all)).toEqual([
      `${file('k')} --timeout '3' --url 'https://s3/k?sig=get'`,
      `${file('f')} --timeout '3'`,
    ]);
    expect(scriptOf('restore_cache', all)).toContain('{ set +o xtrace; } 2>/dev/null');
  });
});

describe('cacheKeys', () => {
  it('has each key once, fallbacks too, as they are used', () => {
    const cache = [
      { key: 'a/', paths: ['x'], fallback_keys: ['f'] },
      { key: 'a', paths: ['y'], fallback_keys: ['g'] },
      { key: '..', paths: ['z'], fallback_keys: ['h'] },
      { key: 'empty' },
    ];
    expect(createShell().cacheKeys(testRequest({ payload: { cache } }))).toEqual(['a', 'f', 'g']);
  });
});

describe('archive_cache', () => {
  it('has the files of each cache that is due', () => {
    const cache = [
      { key: 'a', paths: ['x y', '$DIR/**'], untracked: true },
      { key: 'b', paths: ['x'], policy: 'pull' },
      { key: 'c', paths: ['x'], when: 'on_failure' },
    ];
    const all = stages({ cache }, {}, new Map([['a', urls]]));
    expect(calls('archive_cache', all)).toEqual([
      `cache-archiver --file '../../../cache/group/project/a/cache.zip' --timeout '10' --path 'x y' --path "\${DIR-}"'/**' --untracked` +
        ` --url 'https://s3/k?sig=put' --header 'x-ms-blob-type: BlockBlob'`,
    ]);
    expect(scriptOf('archive_cache', all)).toContain('Not uploading cache b due to policy');
    expect(calls('archive_cache_on_failure', all)).toEqual([
      `cache-archiver --file '../../../cache/group/project/c/cache.zip' --timeout '10' --path 'x'`,
    ]);
  });
});

describe('artifacts', () => {
  it("are downloaded with each job's own token", () => {
    expect(calls('download_artifacts', stages({ dependencies }))).toEqual([
      `artifacts-downloader --url 'https://gitlab.example.com/' --token 'dep' --id '7'`,
    ]);
  });

  it.each([
    {
      artifact: { paths: ['a', "it's"], exclude: ['a/*.o'], name: '$CI_JOB_NAME', expire_in: '1 week' },
      words: `--path 'a' --path 'it'\\''s' --exclude 'a/*.o' --name "\${CI_JOB_NAME-}" --expire-in '1 week'`,
    },
    {
      artifact: { paths: ['junit.xml'], artifact_type: 'junit', artifact_format: 'gzip', name: 'junit.xml' },
      words: `--path 'junit.xml' --name 'junit.xml' --artifact-format 'gzip' --artifact-type 'junit'`,
    },
    { artifact: { untracked: true, artifact_format: 'raw' }, words: `--untracked --artifact-format 'raw'` },
    {
      artifact: { paths: ['$(id) `id` $$X ${A:-b} ${A}$'] },
      words: `--path '$(id) \`id\` ''$$''X \${A:-b} '"\${A-}"'$'`,
    },
    { artifact: { paths: ['$PRICE'] }, words: `--path '$PRICE'` },
  ])('are uploaded with $words', ({ artifact, words }) => {
    const variables = [{ key: 'PRICE', value: '$5' }];
    const all = stages({ id: 5, artifacts: [artifact] }, { variables });
    expect(calls('upload_artifacts_on_success', all)).toEqual([
      `artifacts-uploader --url 'https://gitlab.example.com/' --token 'tok' --id '5' ${words}`,
    ]);
  });
});
