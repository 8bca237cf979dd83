import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './run.ts';
import { Project } from './test-kit/project.ts';
import { TestIo } from './test-kit/test-io.ts';
import { version } from './version.ts';

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
    'many.toml':
      'concurrent = 0\n[dns_config]\n[[runners]]\nlimitt = 1\n[runners.kubernetes]\ncpu_limit = 1\nhost = "https://x"\n',
    'cert.toml': '[[runners]]\n[runners.kubernetes]\nhost = "https://x"\ncert_file = "/nowhere"\n',
    'notice.toml': '[[runners]]\n[runners.kubernetes]\npoll_interval = 3\n',
    'foreign.toml': '[podwright]\nplugins = ["@acme/nothing"]\n[[runners]]\n',
    'config.toml':
      '[[runners]]\nname = "ci"\ntoken = "abc"\nbuilds_dir = "/work"\n[runners.kubernetes]\nimage = "debian"\nnamespace = "jobs"\ncpu_limit = "2"\n',
    'job.json': '{"id": 1, "job_info": {}, "git_info": {}, "steps": []}',
    'broken.json': '{"id": ',
  });
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
    ['a missing package', ['pod', 'a', '--config', 'foreign.toml'], '[plugin @acme/nothing] cannot be imported'],
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
    expect(printed.spec.containers.map((container) => container.image)).toEqual(['alpine:3', 'help:1']);
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
      'many.toml: line 1: concurrent:',
      'many.toml: line 2: dns_config:',
      'many.toml: line 4: runners[0].limitt:',
      'many.toml: line 6: runners[0].kubernetes.cpu_limit:',
      'many.toml: 4 errors, 0',
      '',
    ]);
  });

  it('looks at the files that are named', async () => {
    const { status, out } = await runIn(['config', 'check', 'cert.toml']);
    expect(status).toBe(2);
    expect(out).toContain('runners[0].kubernetes.cert_file');
  });

  it('warns of what has no effect, and is content', async () => {
    const { status, out } = await runIn(['config', 'check', 'notice.toml']);
    expect(status).toBe(0);
    expect(out).toContain('notice.toml: warning: line 3: runners[0].kubernetes.poll_interval: has no effect');
    expect(out).toContain('notice.toml: 0 errors, 1 warning, 1 runner, 9 plugins\n');
  });

  it.each([
    ['a missing file', 'none.toml', 'none.toml: ENOENT'],
    ['a file that is not UTF-8', 'latin1.toml', 'latin1.toml: is not valid UTF-8'],
    ['a plugin that is not there', 'foreign.toml', '[plugin @acme/nothing] cannot be imported'],
    ['a key of a disabled plugin', 'disabled.toml', 'belongs to the plugin resources, which is disabled'],
  ])('refuses %s', async (_, file, message) => {
    const { status, out } = await runIn(['config', 'check', file]);
    expect(status).toBe(2);
    expect(out).toContain(message);
  });
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

  it('tells the disabled ones', async () => {
    const { out } = await runIn(['plugins', '--config', 'two-off.toml', '-o', 'json']);
    const listed = JSON.parse(out) as { name: string; enabled: boolean }[];
    expect(listed.filter(({ enabled }) => !enabled).map(({ name }) => name)).toEqual(['services', 'security']);
  });
});
