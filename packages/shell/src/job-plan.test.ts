import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { testRequest, type TestJob } from '../test/request.ts';
import { createShell } from './shell.ts';

function plan(job: TestJob) {
  return createShell().plan(testRequest(job));
}

describe('the plan of a job', () => {
  it('has the stages of GitLab Runner, in its order', () => {
    const steps = [
      { name: 'script', script: ['a'] },
      { name: 'Release', script: ['b'] },
      { name: 'after_script', script: ['c'] },
    ];
    const { stages } = plan({ payload: { steps }, variables: [{ key: 'KEY', value: 'x', file: true }] });
    expect(stages.map(({ name, container, title }) => [name, container, title])).toEqual([
      ['prepare_script', 'helper', 'Preparing environment'],
      ['get_sources', 'helper', 'Getting source from Git repository'],
      ['step_script', 'build', 'Executing "step_script" stage of the job script'],
      ['step_release', 'build', 'Executing "step_release" stage of the job script'],
      ['after_script', 'build', 'Running after_script'],
      ['cleanup_file_variables', 'helper', 'Cleaning up file based variables'],
    ]);
  });

  it('shows each command, of one with several lines the first, and runs the hooks around them', () => {
    const { stages } = plan({
      payload: { steps: [{ name: 'script', script: [' make ', '', 'if a\nthen b\nfi'] }] },
      runner: { pre_build_script: 'pre', post_build_script: 'post' },
    });
    const green = (text: string) => `printf '%s\\n' '\u001b[32;1m$ ${text}\u001b[0;m'`;
    expect(stages[2]?.script.split('\n')).toEqual([
      "cd '/builds/group/project'",
      green('pre'),
      'pre',
      green('make'),
      'make',
      'echo',
      green('if a # collapsed multi-line command'),
      'if a',
      'then b',
      'fi',
      green('post'),
      'post',
      '',
    ]);
  });

  it('has no after_script and no cleanup where there is nothing to do', () => {
    const steps = [
      { name: 'script', script: ['a'] },
      { name: 'after_script', script: [] },
    ];
    expect(plan({ payload: { steps } }).stages.map(({ name }) => name)).toEqual([
      'prepare_script',
      'get_sources',
      'step_script',
    ]);
  });

  it('refuses what makes no sense, all at once, with the valid values', () => {
    const variables = [
      { key: 'GIT_STRATEGY', value: 'pull' },
      { key: 'GIT_SUBMODULE_STRATEGY', value: 'all' },
      { key: 'GET_SOURCES_ATTEMPTS', value: '11' },
      { key: 'GIT_SUBMODULE_PATHS', value: ':(exclude) a' },
      { key: 'GIT_SUBMODULE_DEPTH', value: '-1' },
    ];
    expect(() => plan({ variables, payload: { steps: [{ name: 'a b', script: ['x'] }] } })).toThrow(
      [
        'GIT_STRATEGY is "pull": must be one of clone, fetch, none, empty',
        'GIT_SUBMODULE_PATHS has :(exclude) without a path: write it in front of one, without a space',
        'GIT_SUBMODULE_DEPTH is "-1": must be a number of commits, 0 for all',
        'GIT_SUBMODULE_STRATEGY is "all": must be one of none, normal, recursive',
        'GET_SOURCES_ATTEMPTS is "11": must be a number from 1 to 10',
        'the name of the step "step_a b" has other characters than letters, digits, _ . and -',
      ].join('\n'),
    );
  });

  it.each([
    ['attach', {}, []],
    ['exec', {}, [{ key: 'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY', value: '1' }]],
    ['exec', { FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY: true }, []],
  ] as const)('is for the strategy %s with the flags %j and the variables %j', (strategy, feature_flags, variables) => {
    expect(plan({ runner: { feature_flags }, variables }).strategy).toBe(strategy);
  });

  it('stands for the key of a cache by its hash where that is asked for', () => {
    const payload = { cache: [{ key: 'a/../../b', paths: ['x'], fallback_keys: ['main'] }] };
    const variables = [
      { key: 'FF_HASH_CACHE_KEYS', value: 'true' },
      { key: 'CACHE_FALLBACK_KEY', value: 'x-protected' },
    ];
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(createShell().cacheKeys(testRequest({ payload, variables }))).toEqual([sha256('a/../../b'), sha256('main')]);
  });

  it.each(['0', '-1', '1.5', 'three', '010'])('refuses %j attempts', (value) => {
    expect(() => plan({ variables: [{ key: 'GET_SOURCES_ATTEMPTS', value }] })).toThrow(/GET_SOURCES_ATTEMPTS/);
  });

  it('says in the trace which variables it leaves out', () => {
    expect(plan({ variables: [{ key: 'a.b', value: 'x' }] }).stages[0]?.script).toContain(
      'the variable a.b is not set',
    );
  });

  it.each([
    { value: 'true', disabled: false, traced: true },
    { value: '0', disabled: false, traced: false },
    { value: 'true', disabled: true, traced: false },
  ])('traces with CI_DEBUG_TRACE=$value and debug_trace_disabled=$disabled: $traced', ({ value, disabled, traced }) => {
    const request = testRequest({
      variables: [{ key: 'CI_DEBUG_TRACE', value }],
      runner: { debug_trace_disabled: disabled },
    });
    const shell = createShell();
    const file = shell.files(shell.plan(request), request).get('stage.step_script');
    expect(file?.includes('set -o xtrace')).toBe(traced);
  });

  it('uses clone_url with the job token, which stays out of .git/config', () => {
    const { stages } = plan({
      runner: { clone_url: 'https://git.internal:8443/' },
      variables: [
        { key: 'CI_JOB_TOKEN', value: 'tok' },
        { key: 'CI_PROJECT_PATH', value: 'g/p' },
      ],
    });
    const script = stages[1]?.script;
    expect(script).toContain('url = "https://git.internal:8443/g/p.git"');
    expect(script).toContain('[url "https://gitlab-ci-token:tok@git.internal:8443/"]');
  });
});
