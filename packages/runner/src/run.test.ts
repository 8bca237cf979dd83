import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './run.ts';
import { Project } from './test-kit/project.ts';
import { TestIo } from './test-kit/test-io.ts';
import { version } from './version.ts';

/** Something is wrong wherever something can be. */
const many = `concurrent = 0
[dns_config]
[podwright]
disabled_plugins = ["image"]
plugins = ["@acme/nothing"]
[[runners]]
limitt = 1
feature_flags = { FF_X = true }
[runners.kubernetes]
cpu_limit = 1
gpu_count = 1
host = "https://x"
cert_file = "/nowhere"
key_file = "/nowhere"
ca_file = "/nowhere"
`;

/** What registering leaves behind, with all that any version of GitLab Runner writes. */
const generated = `concurrent = 1
check_interval = 0
connection_max_age = "15m0s"
shutdown_timeout = 0
log_level = "warning"

[session_server]
  session_timeout = 1800

[[runners]]
  name = "ci"
  url = "https://gitlab.example.com/"
  id = 14
  token = "glrt-x"
  token_obtained_at = 2023-11-06T09:01:44Z
  token_expires_at = 0001-01-01T00:00:00Z
  executor = "kubernetes"
  [runners.custom_build_dir]
  [runners.feature_flags]
  [runners.cache]
    MaxUploadedArchiveSize = 0
    [runners.cache.s3]
    [runners.cache.gcs]
    [runners.cache.azure]
  [runners.kubernetes]
    host = ""
    bearer_token_overwrite_allowed = false
    image = ""
    namespace = ""
    namespace_overwrite_allowed = ""
    namespace_per_job = false
    privileged = false
    node_selector_overwrite_allowed = ""
    node_tolerations_overwrite_allowed = ""
    pod_labels_overwrite_allowed = ""
    service_account_overwrite_allowed = ""
    pod_annotations_overwrite_allowed = ""
    [runners.kubernetes.affinity]
    [runners.kubernetes.pod_security_context]
    [runners.kubernetes.init_permissions_container_security_context]
      [runners.kubernetes.init_permissions_container_security_context.capabilities]
    [runners.kubernetes.build_container_security_context]
    [runners.kubernetes.helper_container_security_context]
    [runners.kubernetes.service_container_security_context]
    [runners.kubernetes.volumes]
    [runners.kubernetes.dns_config]
    [runners.kubernetes.container_lifecycle]
`;

const executors = `[[runners]]
name = "box"
executor = "shell"
[[runners]]
name = "ci"
executor = "kubernetes"
[runners.docker]
image = "ruby"
[runners.kubernetes]
image = "debian"
`;

let app: Project;

beforeAll(() => {
  app = new Project({
    '.gitlab-ci.yml': 'a: { script: x }\nb: { script: y, image: "alpine:$TAG" }\n',
    'bad.yml': 'a: { scirpt: x }\n',
    'bad.toml': '[[runners]]\n[runners.kubernetes]\ncpu_limt = "1"\n',
    'two.toml': '[[runners]]\nname = "one"\n[[runners]]\nname = "two"\n',
    'disabled.toml':
      '[podwright]\ndisabled_plugins = ["resources"]\n[[runners]]\n[runners.kubernetes]\nimage = "x"\ncpu_limit = "1"\n',
    'misnamed.toml': '[podwright]\ndisabled_plugins = ["resource"]\n[[runners]]\n',
    'two-off.toml': '[podwright]\ndisabled_plugins = ["security", "services"]\n[[runners]]\n',
    'many.toml': many,
    'generated.toml': generated,
    'executors.toml': executors,
    'shells.toml': '[[runners]]\nexecutor = "shell"\n',
    'cert.toml': '[[runners]]\n[runners.kubernetes]\nhost = "https://x"\ncert_file = "/nowhere"\n',
    'notice.toml': '[[runners]]\n[runners.kubernetes]\npoll_interval = 3\n',
    'foreign.toml': '[podwright]\nplugins = ["@acme/nothing"]\n[[runners]]\n',
    'config.toml':
      '[[runners]]\nname = "ci"\ntoken = "abc"\nbuilds_dir = "/work"\n[runners.kubernetes]\nimage = "debian"\nnamespace = "jobs"\ncpu_limit = "2"\n',
    'job.json': '{"id": 1, "job_info": {}, "git_info": {}, "steps": []}',
    'broken.json': '{"id": ',
  });
  const files = ['cert_file', 'key_file', 'ca_file'].map((key) => `${key} = "${app.dir}/bad.yml"\n`).join('');
  app.write({ 'no-cert.toml': `[[runners]]\n[runners.kubernetes]\nhost = "https://x"\n${files}` });
  app.write({ 'latin1.toml': Buffer.from('[[runners]]\nname = "\u00e4"', 'latin1') });
  app.write({ 'latin1.yml': Buffer.from('a: { script: "\u00e4" }', 'latin1') });
});

afterAll(() => {
  app.remove();
});

async function runIn(argv: readonly string[]) {
  const io = new TestIo(app.dir, app.env);
  const status = await run(argv, io);
  return { status, out: io.out.text, errors: io.stderr.text };
}

describe('podwright', () => {
  it('tells its version', async () => {
    expect(await runIn(['--version'])).toEqual({ status: 0, out: `${version}\n`, errors: '' });
  });

  it.each([
    [['--help']],
    [['exec', '--help']],
    [['pod', '--help']],
    [['plugins', '--help']],
    [['config', 'check', '--help']],
  ])('helps with examples: %s', async (argv) => {
    const { status, out } = await runIn(argv);
    expect(status).toBe(0);
    expect(out).toContain('Examples:');
  });

  it.each<[string, string[], string]>([
    ['no command', [], 'Usage: podwright'],
    ['an unknown command', ['exce'], "unknown command 'exce'"],
    ['an unknown option', ['exec', '--dity'], "unknown option '--dity'"],
    ['several jobs', ['exec'], 'has several jobs, name the one to run: a, b'],
    ['an unknown job', ['exec', 'c'], 'has no job "c"'],
    ['a wrong CI file', ['exec', '--file', 'bad.yml'], 'bad.yml:1: a.scirpt: unknown key, did you mean script?'],
    ['a CI file that is not UTF-8', ['exec', '--file', 'latin1.yml'], 'latin1.yml: 1 problem\n  is not valid UTF-8'],
    ['a missing CI file', ['exec', '--file', 'none.yml'], 'there is no file'],
    ['a missing directory', ['exec', '--repo', 'none'], 'is not a directory'],
    ['a wrong duration', ['exec', 'a', '--timeout', 'soon'], '"soon" is not a duration'],
    ['a nameless variable', ['exec', 'a', '--env', '=x'], '--env: "" is no name for a variable'],
    ['an unset variable', ['exec', 'a', '--masked', 'NOT_SET'], '--masked NOT_SET: there is no such variable'],
    ['two places', ['exec', 'a', '--local', '--context', 'x'], '--local goes neither with --kubeconfig nor with'],
    ['changes for a cluster', ['exec', 'a', '--dirty', '--context', 'x'], '--dirty only goes with --local'],
    [
      'changes from a URL',
      ['exec', 'a', '--dirty', '--repo-url', 'https://x/y'],
      '--dirty does not go with --repo-url',
    ],
    ['a wrong log level', ['exec', 'a', '--log-level', 'loud'], 'Allowed choices are debug'],
    ['unknown config keys', ['exec', 'a', '--config', 'bad.toml'], 'cpu_limt: unknown key, did you mean cpu_limit?'],
    ['a missing config', ['exec', 'a', '--config', 'none.toml'], 'none.toml'],
    ['several runners', ['pod', 'a', '--config', 'two.toml'], 'there are several, name one with --runner: one, two'],
    ['an unknown runner', ['pod', 'a', '--config', 'two.toml', '--runner', 'x'], 'none has the name "x": one, two'],
    ['a key of a disabled plugin', ['pod', 'a', '--config', 'disabled.toml'], 'belongs to the plugin resources, which'],
    ['an unknown plugin', ['pod', 'a', '--config', 'misnamed.toml'], '"resource", did you mean resources?'],
    ['a missing package', ['pod', 'a', '--config', 'foreign.toml'], 'podwright.plugins[0]: cannot be imported'],
    ['a payload without a script', ['exec', '--payload', 'job.json'], 'steps: the job has no script'],
    ['broken JSON', ['exec', '--payload', 'broken.json'], 'is not valid JSON'],
    ['a payload and a job', ['exec', 'a', '--payload', 'job.json'], 'a payload has one job: leave "a" out'],
    ['a missing kubeconfig', ['exec', 'a', '--kubeconfig', 'none', '--repo-url', 'https://x/y.git'], 'none'],
    ['a cluster without a remote', ['exec', 'a', '--context', 'x'], 'has no remote "origin"'],
  ])('refuses %s with status 2', async (_, argv, message) => {
    const { status, out, errors } = await runIn(argv);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(errors).toContain(message);
  });
});

describe('podwright pod', () => {
  it('prints the Pod of a job and a config, without secrets', async () => {
    const argv = ['pod', 'a', '--config', 'config.toml', '--masked', 'TOKEN=s3cr3t', '--env', 'A=yes'];
    const { status, out, errors } = await runIn(argv);
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(out).toContain('namespace: jobs\n');
    expect(out).toContain('image: debian\n');
    expect(out).toContain('mountPath: /work\n');
    expect(out).toContain('value: "yes"\n');
    expect(out).toMatch(/^# Secret runner-abc-project-\d+-concurrent-0-\w+-job: its content is not shown$/m);
    expect(out).not.toContain('s3cr3t');
  });

  it('prints JSON, with what the command line replaces', async () => {
    const argv = ['pod', 'b', '-o', 'json', '--env', 'TAG=3', '--helper-image', 'help:1', '--namespace', 'other'];
    const { status, out } = await runIn(argv);
    const printed = JSON.parse(out) as { metadata: { namespace: string }; spec: { containers: { image: string }[] } };
    expect(status).toBe(0);
    expect(printed.metadata.namespace).toBe('other');
    expect(printed.spec.containers.map((container) => container.image)).toEqual(['help:1', 'alpine:3']);
  });

  it('prints the same each time but for the times', async () => {
    const print = async () =>
      (await runIn(['pod', 'a', '--image', 'x'])).out.replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, '');
    expect(await print()).toBe(await print());
  });

  it('says why a job is refused', async () => {
    const { status, errors } = await runIn(['pod', 'a']);
    expect(status).toBe(1);
    expect(errors).toContain('the job is refused: the job names no image, and this runner has no default one');
    expect(errors).toContain('podwright: hint: ');
  });
});

describe('podwright pod --explain', () => {
  it('says of every field which plugin wrote it, and what for', async () => {
    const { status, out } = await runIn(['pod', 'a', '--config', 'config.toml', '--explain']);
    expect(status).toBe(0);
    expect(out).toMatch(/^ +cpu: "2" +resources: cpu_limit of \[runners.kubernetes\]$/m);
    expect(out).toMatch(/^ +image: "debian" +images: image of \[runners.kubernetes\]$/m);
    expect(out).not.toContain('nobody');
  });

  it('says it as JSON', async () => {
    const { out } = await runIn(['pod', 'b', '--explain', '-o', 'json', '--env', 'TAG=3']);
    const fields = JSON.parse(out) as { path: string; plugin: string | null; cause: unknown }[];
    expect(fields.find(({ path }) => path === 'spec.containers[build].image')).toMatchObject({
      value: 'alpine:3',
      plugin: 'images',
      cause: { job: 'image.name' },
    });
    expect(fields.filter(({ plugin, cause }) => plugin === null || cause === null)).toEqual([]);
  });
});

describe('podwright config check', () => {
  it('says everything that is wrong, with lines', async () => {
    const { status, out } = await runIn(['config', 'check', 'many.toml']);
    expect(status).toBe(2);
    expect(out.split('\n').map((line) => line.split(' ', 4).join(' '))).toEqual([
      'many.toml:1: concurrent: too small:',
      'many.toml:2: dns_config: has no',
      'many.toml:4: podwright.disabled_plugins[0]: no built-in',
      'many.toml:5: podwright.plugins[0]: cannot be',
      'many.toml:7: runners[0].limitt: unknown key,',
      'many.toml:8: warning: runners[0].feature_flags.FF_X: has',
      'many.toml:10: runners[0].kubernetes.cpu_limit: must be',
      'many.toml:11: warning: runners[0].kubernetes.gpu_count: unknown',
      'many.toml:13: runners[0].kubernetes.cert_file: cannot read',
      'many.toml:14: runners[0].kubernetes.key_file: cannot read',
      'many.toml:15: runners[0].kubernetes.ca_file: cannot read',
      'many.toml: 9 errors, 2',
      '',
    ]);
  });

  it.each([
    ['pod', ['pod', 'a', '--config', 'many.toml'], false],
    ['exec on this machine', ['exec', 'a', '--local', '--config', 'many.toml'], false],
    ['exec', ['exec', 'a', '--config', 'many.toml'], true],
    ['plugins', ['plugins', '--config', 'many.toml'], false],
    ['config schema', ['config', 'schema', '--config', 'many.toml'], false],
  ])('and so does %s', async (_, argv, connects) => {
    const { status, errors } = await runIn(argv);
    expect(status).toBe(2);
    expect(errors).toContain(`many.toml: ${connects ? 9 : 6} problems, 2 warnings\n`);
    expect(errors).toContain('  many.toml:5: podwright.plugins[0]: cannot be imported');
    expect(errors).toContain('  many.toml:8: warning: runners[0].feature_flags.FF_X');
    expect(errors.includes('  many.toml:13: runners[0].kubernetes.cert_file: cannot read')).toBe(connects);
  });

  it('looks at the files that are named', async () => {
    const { status, out } = await runIn(['config', 'check', 'cert.toml']);
    expect(status).toBe(2);
    expect(out).toContain('runners[0].kubernetes.cert_file');
  });

  it('tries the certificates', async () => {
    const { status, out } = await runIn(['config', 'check', 'no-cert.toml']);
    expect(status).toBe(2);
    expect(out).toContain('no-cert.toml:3: runners[0].kubernetes.host: cannot use the credentials: ');
  });

  it('warns of what has no effect, and is content', async () => {
    const { status, out } = await runIn(['config', 'check', 'notice.toml']);
    expect(status).toBe(0);
    expect(out).toContain('notice.toml:3: warning: runners[0].kubernetes.poll_interval: has no effect');
    expect(out).toContain('notice.toml: 0 errors, 1 warning, 1 runner, 9 plugins\n');
  });

  it.each([
    ['a missing file', 'none.toml', 'none.toml: ENOENT'],
    ['a file that is not UTF-8', 'latin1.toml', 'latin1.toml: is not valid UTF-8'],
    ['a plugin that is not there', 'foreign.toml', 'foreign.toml:2: podwright.plugins[0]: cannot be imported'],
    ['a key of a disabled plugin', 'disabled.toml', 'belongs to the plugin resources, which is disabled'],
  ])('refuses %s', async (_, file, message) => {
    const { status, out } = await runIn(['config', 'check', file]);
    expect(status).toBe(2);
    expect(out).toContain(message);
  });
});

describe('a config.toml of GitLab Runner', () => {
  it('is taken as it was generated, without a word', async () => {
    const { status, out } = await runIn(['config', 'check', 'generated.toml']);
    expect({ status, out }).toEqual({
      status: 0,
      out: 'generated.toml: 0 errors, 0 warnings, 1 runner, 9 plugins\n',
    });
  });

  it('may have runners of other executors, which are left out', async () => {
    const checked = await runIn(['config', 'check', 'executors.toml']);
    expect(checked.out.split('\n')).toEqual([
      'executors.toml:3: warning: runners[0].executor: the runner "box" is left out: its executor is "shell", podwright has one: "kubernetes"',
      "executors.toml:7: warning: runners[1].docker: is GitLab Runner's, podwright does not have it; it is for another executor",
      'executors.toml: 0 errors, 2 warnings, 1 runner, 9 plugins',
      '',
    ]);
    const { status, out, errors } = await runIn(['pod', 'a', '--config', 'executors.toml']);
    expect(status).toBe(0);
    expect(out).toContain('image: debian\n');
    expect(errors).toContain('executors.toml:3: warning: runners[0].executor: the runner "box" is left out');
  });

  it('says of the runner that was asked for that it is of another executor', async () => {
    const { status, errors } = await runIn(['pod', 'a', '--config', 'executors.toml', '--runner', 'box']);
    expect(status).toBe(2);
    expect(errors).toContain('runners[0].executor: must be "kubernetes": --runner "box" asks for this runner');
    const chosen = await runIn(['pod', 'a', '--config', 'executors.toml', '--runner', 'ci']);
    expect(chosen.status).toBe(0);
    expect(chosen.errors).not.toContain('left out');
  });

  it.each([[['config', 'check', 'shells.toml']], [['pod', 'a', '--config', 'shells.toml']]])(
    'has to have a runner for Kubernetes: %s',
    async (argv) => {
      const { status, out, errors } = await runIn(argv);
      expect(status).toBe(2);
      expect(out + errors).toContain('shells.toml:1: runners: none has the executor "kubernetes"');
    },
  );
});

describe('podwright config schema', () => {
  it('prints the JSON Schema of all keys', async () => {
    const { status, out } = await runIn(['config', 'schema']);
    expect(status).toBe(0);
    expect(out).toContain('"helper_cpu_limit_overwrite_max_allowed"');
    expect(out).toContain('"ca_file"');
  });
});

describe('podwright plugins', () => {
  it('lists them with what they own, tap and need', async () => {
    const { status, out } = await runIn(['plugins', '--config', 'config.toml']);
    expect(status).toBe(0);
    expect(out).toContain(`images ${version}  built-in\n  keys       image, helper_image,`);
    expect(out).toContain('  hooks      prepare, buildContainer, buildPod, podFailed\n  rbac       secrets [create]\n');
  });

  it('prints the Role for the enabled ones', async () => {
    const all = await runIn(['plugins', '-o', 'role']);
    expect(all.out).toMatch(/^apiVersion: rbac.authorization.k8s.io\/v1\nkind: Role\n/);
    expect(all.out).toContain('      - services\n');
    const { out } = await runIn(['plugins', '--config', 'two-off.toml', '-o', 'role']);
    expect(out).toContain('      - pods/exec\n');
    expect(out).not.toContain('services');
  });

  it('tells the disabled ones', async () => {
    const { out } = await runIn(['plugins', '--config', 'two-off.toml', '-o', 'json']);
    const listed = JSON.parse(out) as { name: string; enabled: boolean }[];
    expect(listed.filter(({ enabled }) => !enabled).map(({ name }) => name)).toEqual(['services', 'security']);
  });
});
