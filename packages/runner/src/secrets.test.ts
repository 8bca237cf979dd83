import { startEmbeddedCluster, trivialNode, type EmbeddedCluster } from '@podwright/local';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from './run.ts';
import { Project } from './test-kit/project.ts';
import { TestIo } from './test-kit/test-io.ts';

const secret = 's3cret-of-the-job';
const closing: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

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

async function embeddedCluster() {
  const cluster = await startEmbeddedCluster({ node: trivialNode() });
  closing.push(() => cluster.close());
  return cluster;
}

function exec({ url, token }: EmbeddedCluster, ci: string, more: readonly string[] = []) {
  const connection = `host = "${url}"\n    bearer_token = "${token}"\n${kubernetes}`;
  const repo = ['--repo-url', 'https://example.com/g/p.git'];
  return runIn(connection, ['exec', 'a', ...repo, '--log-level', 'debug', ...more], ci);
}

/** @param kubernetes the lines of `[runners.kubernetes]` */
async function runIn(kubernetes: string, [command = '', ...argv]: readonly string[], ci = ciFile) {
  const config = `[[runners]]\n  [runners.kubernetes]\n    ${kubernetes}`;
  const project = new Project({ '.gitlab-ci.yml': ci, 'config.toml': config });
  closing.push(() => project.remove());
  const io = new TestIo(project.dir, { ...project.env, SECRET: secret });
  const status = await run([command, ...argv, '--config', 'config.toml', '--masked', 'SECRET'], io);
  return { status, out: io.out.text, errors: io.stderr.text };
}
