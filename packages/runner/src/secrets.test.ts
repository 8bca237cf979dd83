import { startEmbeddedCluster, trivialNode, type EmbeddedCluster } from '@podwright/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { run } from './run.ts';
import { Project } from './test-kit/project.ts';
import { TestIo } from './test-kit/test-io.ts';

const secret = 's3cret-of-the-job';
const clusters: EmbeddedCluster[] = [];
let project: Project;

beforeAll(() => {
  project = new Project({ '.gitlab-ci.yml': 'a: { script: x }' });
});

afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.close();
});

afterAll(() => project.remove());

const ciFile = `
variables: { GIT_STRATEGY: none, DSN: "db://u:$SECRET@db" }
a:
  image: registry.example.com/$SECRET/app:1
  services: [{ name: "db/$SECRET", variables: { URL: "$DSN/x" } }]
  variables:
    KUBERNETES_POD_ANNOTATIONS_1: example.com/$SECRET=$SECRET
  script: [echo]
`;
const withAccount = ciFile.replace('  variables:\n', '$&    KUBERNETES_SERVICE_ACCOUNT_OVERWRITE: sa-$SECRET\n');

const kubernetes = `
    service_account_overwrite_allowed = ".*"
    pod_annotations_overwrite_allowed = ".*"
    pull_policy = ["if-not-present", "always"]
    [runners.kubernetes.pod_labels]
      "team" = "of-$SECRET"
    [[runners.kubernetes.volumes.empty_dir]]
      name = "tmp"
      mount_path = "/tmp/$SECRET"
`;

describe('a masked value', () => {
  it('is in no output of exec when an image cannot be pulled, nor in its log', async () => {
    const cluster = await embeddedCluster();
    cluster.faults.failImagePulls(/^registry\.example\.com/, `no registry.example.com/${secret}/app:1`);
    const { status, out, errors } = await exec(cluster, ciFile);
    expect({ status, errors }).toMatchObject({
      status: 3,
      errors: expect.stringContaining('reason: image_pull_failure'),
    });
    expect(errors).toMatch(/^podwright: job a failed: .*registry\.example\.com\/\[MASKED\]\/app:1/m);
    expect(out).toContain('Using image registry.example.com/[MASKED]/app:1');
    expect(out + errors).not.toContain(secret);
  });

  it.each([
    ['namespace', ciFile, ['--namespace', `ns-${secret}`], '"ns-[MASKED]" not found'],
    ['service account', withAccount, [], '"sa-[MASKED]" not found'],
  ])('is in no line when the API refuses the Pod for its %s', async (_, ci, options, message) => {
    const { status, out, errors } = await exec(await embeddedCluster(), ci, options);
    expect({ status, errors }).toMatchObject({ status: 3, errors: expect.stringContaining(message) });
    expect(out + errors).not.toContain(secret);
  });

  it.each([[[]], [['-o', 'json']], [['--explain', '--no-color']], [['--explain', '-o', 'json']]])(
    'is not shown by pod %j',
    async (options) => {
      const { status, out, errors } = await runIn(kubernetes, ['pod', 'a', ...options], withAccount);
      expect({ status, errors }).toMatchObject({ status: 0 });
      expect(out).toContain('registry.example.com/[MASKED]/app:1');
      for (const shown of ['db/[MASKED]', 'sa-[MASKED]', '/tmp/[MASKED]', 'of-[MASKED]', 'example.com/[MASKED]']) {
        expect(out).toContain(shown);
      }
      expect(out).not.toContain('db://');
      expect(out + errors).not.toContain(secret);
    },
  );

  it.each([
    ['an overwrite', 'a: { image: x, script: x, variables: { KUBERNETES_CPU_LIMIT: "much-$SECRET" } }'],
    ['an alias', 'a: { image: x, script: x, services: [{ name: x, alias: "no_$SECRET" }] }'],
    ['a variable', 'a: { image: x, script: x, variables: { GIT_STRATEGY: "$SECRET" } }'],
  ])('is not in the error about %s', async (_, ci) => {
    const { status, errors } = await runIn('cpu_limit_overwrite_max_allowed = "2"', ['pod', 'a'], ci);
    expect({ status, errors }).toEqual({ status: 1, errors: expect.stringContaining('[MASKED]') as string });
    expect(errors).not.toContain(secret);
  });
});

describe('a secret in an input that cannot be used', () => {
  const another = (line: string) => `[[runners]]\n${line}`;
  it.each([
    ['a token of another type', another('token = 98765432109'), 'token: expected string, received number'],
    ['a token that is a list', another('token = ["s3cret"]'), 'token: expected string, received array'],
    ['a token without quotes', another('token = s3cret-of-mine'), 'this is no TOML: unexpected "s"'],
    ['a token of digits', another('token = 9223372036854775807'), 'this integer is too large'],
    ['a bearer token of another type', 'bearer_token = 98765432109', 'bearer_token: expected string, received number'],
    ['a bearer token with spaces', 'bearer_token = "s3cret of mine"', 'bearer_token: cannot stand in an HTTP header'],
    ['an entry of environment', another('environment = ["s3cret"]'), 'environment[0]: must be KEY=value'],
    ['a host with a password', 'host = "https://u:s3cret@h"', 'host: must be a URL such as'],
  ])('is not shown by config check: %s', async (_, lines, message) => {
    const { status, out, errors } = await runWith({ 'config.toml': config(lines) }, ['config', 'check', 'config.toml']);
    expect({ status, out, errors }).toEqual({ status: 2, out: expect.stringContaining(message) as string, errors: '' });
    expect(out).not.toMatch(/s3cret|98765|92233/);
  });

  it.each([
    '{"token": s3cret-of-mine}',
    's3cret',
    '{"token": "s3cret',
    '{"token": "s3cret" "s3cret"}',
    '{"token": "s3cret\\q"}',
  ])('is not shown of a payload: %s', async (payload) => {
    const { status, errors } = await runWith({ 'job.json': payload }, ['exec', '--payload', 'job.json']);
    expect({ status, errors }).toEqual({ status: 2, errors: expect.stringContaining('is not valid JSON: ') as string });
    expect(errors).not.toContain('s3cret');
  });

  it('is not shown where --masked is given the value alone', async () => {
    const { status, errors } = await runWith({}, ['exec', '--masked', 's3cret-value']);
    expect({ status, errors }).toEqual({
      status: 2,
      errors: 'podwright: --masked: what is given is no name for a variable\n',
    });
  });
});

async function embeddedCluster(): Promise<EmbeddedCluster> {
  const cluster = await startEmbeddedCluster({ node: trivialNode() });
  clusters.push(cluster);
  return cluster;
}

function exec({ url, token }: EmbeddedCluster, ci: string, more: readonly string[] = []) {
  const connection = `host = "${url}"\n    bearer_token = "${token}"\n${kubernetes}`;
  const repo = ['--repo-url', 'https://example.com/g/p.git'];
  return runIn(connection, ['exec', 'a', ...repo, '--log-level', 'debug', ...more], ci);
}

/** @param lines those of `[runners.kubernetes]` */
function runIn(lines: string, argv: readonly string[], ci: string) {
  const files = { '.gitlab-ci.yml': ci, 'config.toml': config(lines) };
  return runWith(files, [...argv, '--config', 'config.toml', '--masked', 'SECRET']);
}

function config(lines: string): string {
  return `[[runners]]\n  [runners.kubernetes]\n    ${lines}`;
}

async function runWith(files: Record<string, string>, argv: readonly string[]) {
  project.write(files);
  const io = new TestIo(project.dir, { ...project.env, SECRET: secret });
  const status = await run(argv, io);
  return { status, out: io.out.text, errors: io.stderr.text };
}
