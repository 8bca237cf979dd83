import { ConfigError, type Variable } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { readCiFile } from './read-ci-file.ts';
import { toPayload } from './to-payload.ts';
import { slug } from './predefined-variables.ts';
import type { ProjectFacts } from './project-facts.ts';

const facts: ProjectFacts = {
  jobId: 7,
  repoUrl: 'https://gitlab.example.com:8443/Group/sub/My.Project.git',
  projectPath: 'Group/sub/My.Project',
  serverUrl: 'https://gitlab.example.com:8443',
  defaultBranch: 'main',
  ref: { name: 'feature/One', type: 'branch' },
  refspecs: ['+refs/heads/feature/One:refs/remotes/origin/feature/One'],
  commit: {
    sha: '0123456789abcdef0123456789abcdef01234567',
    message: 'Say $hello\n\nIn detail.\n',
    author: 'Jo Doe <jo@example.com>',
    timestamp: '2026-01-02T03:04:05+01:00',
  },
  user: { name: 'Jo Doe', email: 'jo@example.com' },
  now: new Date('2026-02-03T04:05:06.789Z'),
};

function payload(file: string, extra: Variable[] = [], more: Partial<ProjectFacts> = {}) {
  return toPayload(readCiFile(file, 'ci.yml'), { ...facts, ...more }, extra);
}

function variables(file: string, extra: Variable[] = [], more: Partial<ProjectFacts> = {}): Record<string, string> {
  return Object.fromEntries(payload(file, extra, more).variables.map(({ key, value }) => [key, value]));
}

describe('toPayload', () => {
  it('makes what GitLab would hand out', () => {
    const { variables: _, ...rest } = payload(`
variables: { GIT_DEPTH: 5 }
a:
  stage: build
  image: { name: alpine, entrypoint: [""] }
  services: [{ name: redis, alias: cache, variables: { A: b } }]
  before_script: [one]
  script: [two]
  after_script: [three]
  timeout: 10 minutes
  artifacts: { paths: [out] }
  cache: { key: k, paths: [c] }
`);
    expect(rest).toMatchObject({
      id: 7,
      allow_git_fetch: true,
      job_info: { name: 'a', stage: 'build', project_name: 'My.Project' },
      git_info: {
        repo_url: facts.repoUrl,
        ref: 'feature/One',
        ref_type: 'branch',
        sha: facts.commit.sha,
        before_sha: '0000000000000000000000000000000000000000',
        refspecs: facts.refspecs,
        depth: 5,
      },
      runner_info: { timeout: 600 },
      steps: [
        { name: 'script', script: ['one', 'two'], when: 'on_success', allow_failure: false },
        { name: 'after_script', script: ['three'], when: 'always', allow_failure: true },
      ],
      image: { name: 'alpine', entrypoint: [''] },
      services: [{ name: 'redis', alias: 'cache', variables: [{ key: 'A', value: 'b', public: true }] }],
      artifacts: [{ paths: ['out'], artifact_type: 'archive', artifact_format: 'zip' }],
      cache: [{ key: 'k', paths: ['c'], policy: 'pull-push' }],
      features: { trace_sections: true },
    });
  });

  it('leaves out a step that the job does not have', () => {
    expect(payload('a: { script: x }').steps.map((step) => step.name)).toEqual(['script']);
  });

  it('tells the job of its server, project, pipeline and commit', () => {
    expect(variables('a: { script: x, environment: { name: prod, url: "https://x" }, parallel: 3 }')).toMatchObject({
      CI: 'true',
      GITLAB_CI: 'true',
      CI_SERVER_URL: 'https://gitlab.example.com:8443',
      CI_SERVER_HOST: 'gitlab.example.com',
      CI_SERVER_PORT: '8443',
      CI_SERVER_PROTOCOL: 'https',
      CI_API_V4_URL: 'https://gitlab.example.com:8443/api/v4',
      CI_PROJECT_NAME: 'My.Project',
      CI_PROJECT_PATH: 'Group/sub/My.Project',
      CI_PROJECT_PATH_SLUG: 'group-sub-my-project',
      CI_PROJECT_NAMESPACE: 'Group/sub',
      CI_PROJECT_ROOT_NAMESPACE: 'Group',
      CI_PROJECT_URL: 'https://gitlab.example.com:8443/Group/sub/My.Project',
      CI_REPOSITORY_URL: facts.repoUrl,
      CI_DEFAULT_BRANCH: 'main',
      CI_PIPELINE_ID: '7',
      CI_PIPELINE_CREATED_AT: '2026-02-03T04:05:06Z',
      CI_COMMIT_SHA: facts.commit.sha,
      CI_COMMIT_SHORT_SHA: '01234567',
      CI_COMMIT_REF_NAME: 'feature/One',
      CI_COMMIT_REF_SLUG: 'feature-one',
      CI_COMMIT_BRANCH: 'feature/One',
      CI_COMMIT_TITLE: 'Say $hello',
      CI_COMMIT_DESCRIPTION: 'In detail.\n',
      CI_COMMIT_AUTHOR: 'Jo Doe <jo@example.com>',
      CI_COMMIT_TIMESTAMP: '2026-01-02T03:04:05+01:00',
      CI_JOB_ID: '7',
      CI_JOB_NAME: 'a',
      CI_JOB_STAGE: 'test',
      CI_JOB_TIMEOUT: '3600',
      CI_NODE_TOTAL: '3',
      CI_NODE_INDEX: '1',
      CI_ENVIRONMENT_NAME: 'prod',
      CI_ENVIRONMENT_URL: 'https://x',
      GITLAB_USER_EMAIL: 'jo@example.com',
    });
  });

  it('gives a tag in the place of a branch', () => {
    const given = variables('a: { script: x }', [], { ref: { name: 'v1.0', type: 'tag' } });
    expect(given['CI_COMMIT_TAG']).toBe('v1.0');
    expect(given).not.toHaveProperty('CI_COMMIT_BRANCH');
  });

  it('lets the file win over what is predefined, the job over the file, and the command line over all', () => {
    const file =
      'variables: { A: file, B: file, C: file, CI_COMMIT_TITLE: mine }\na: { script: x, variables: { B: job, C: job } }';
    expect(variables(file, [{ key: 'C', value: 'line' }])).toMatchObject({
      A: 'file',
      B: 'job',
      C: 'line',
      CI_COMMIT_TITLE: 'mine',
    });
  });

  it('follows references to the end, and leaves what it does not know', () => {
    const file = `
variables:
  IMAGE: $REGISTRY/app
  TAGGED: \${IMAGE}:$CI_COMMIT_SHORT_SHA
  REGISTRY: reg.example.com
  PRICE: $$5 $UNKNOWN
  ASIS: { value: $REGISTRY, expand: false }
  COPY: "[$ASIS]"
a: { script: x }`;
    expect(variables(file)).toMatchObject({
      TAGGED: 'reg.example.com/app:01234567',
      PRICE: '$$5 $UNKNOWN',
      ASIS: '$REGISTRY',
      COPY: '[$ASIS]',
    });
  });

  it('leaves variables in a circle as they are', () => {
    expect(variables('variables: { A: $B, B: $A, C: $D, D: x }\na: { script: x }')).toMatchObject({ A: '$B', B: '$A' });
  });

  it('does not take a dollar in a commit message for a reference', () => {
    expect(payload('a: { script: x }').variables.find((v) => v.key === 'CI_COMMIT_MESSAGE')).toMatchObject({
      raw: true,
    });
  });

  it('refuses variables that grow without bound', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `  V${i + 1}: $V${i}$V${i}`);
    expect(() => payload(`variables:\n  V0: xxxxxxxx\n${lines.join('\n')}\na: { script: x }`)).toThrow(ConfigError);
  });

  it.each<[string, string]>([
    ['Feature/ABC_1', 'feature-abc-1'],
    ['--x--', 'x'],
    ['/', ''],
    [`${'a'.repeat(62)}/b`, 'a'.repeat(62)],
  ])('makes a slug of %j', (text, expected) => {
    expect(slug(text)).toBe(expected);
  });
});
