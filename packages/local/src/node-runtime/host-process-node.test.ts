import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { ConfigMap, Container, ContainerState, Pod, PodSpec, Secret } from 'kubernetes-types/core/v1.js';
import ts from 'typescript';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, type TestContext } from 'vitest';
import type { NodeApi, ProcessStreams } from '../node.ts';
import { hostProcessNode, type HostProcessNode } from './host-process-node.ts';

type Mode = 'namespaces' | 'processes';

/** The store, with a promise for each thing that is waited for. */
class FakeApi implements NodeApi {
  readonly pods = new Map<string, Pod>();
  readonly objects = new Map<string, ConfigMap & Secret>();
  readonly events: string[] = [];
  readonly states: string[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #listeners = new Set<() => void>();

  getSecret(namespace: string, name: string): Secret | undefined {
    return this.objects.get(`secret/${namespace}/${name}`);
  }

  getConfigMap(namespace: string, name: string): ConfigMap | undefined {
    return this.objects.get(`configmap/${namespace}/${name}`);
  }

  put(kind: 'configmap' | 'secret', name: string, data: Record<string, string>): void {
    const encoded = Object.entries(data).map(([key, value]) => [
      key,
      kind === 'secret' ? Buffer.from(value).toString('base64') : value,
    ]);
    this.objects.set(`${kind}/test/${name}`, { data: Object.fromEntries(encoded) as Record<string, string> });
    for (const listener of this.#listeners) listener();
  }

  onObjectsChanged(_namespace: string, listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  updatePod(pod: Pod, change: (current: Pod) => void): void {
    const current = structuredClone(this.pods.get(pod.metadata!.uid!) ?? pod);
    change(current);
    this.pods.set(pod.metadata!.uid!, current);
    for (const status of current.status?.containerStatuses ?? []) {
      const { waiting, running, terminated } = status.state!;
      const state = waiting?.reason ?? (running ? 'running' : terminated?.reason);
      const entry = `${status.name} ${state}`;
      if (!this.states.includes(entry)) this.states.push(entry);
    }
    this.#tell();
  }

  removePod(pod: Pod): void {
    this.pods.delete(pod.metadata!.uid!);
    this.#tell();
  }

  recordEvent(_pod: Pod, type: string, reason: string, message: string): void {
    this.events.push(`${type} ${reason} ${message}`);
    this.#tell();
  }

  /** Forgets what a test has left; its Pods are gone already. */
  reset(): void {
    this.objects.clear();
    this.events.length = 0;
    this.states.length = 0;
  }

  /** Resolves when something has been told that fulfils the condition. */
  async until<T>(condition: () => T | undefined | false): Promise<T> {
    for (;;) {
      const result = condition();
      if (result) return result;
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  }
}

/** One node with what a test needs around it. */
class World {
  readonly api = new FakeApi();
  readonly faults = new Map<string, string>();
  readonly marker = randomUUID();
  readonly node: HostProcessNode;

  constructor(mode: Mode) {
    this.node = hostProcessNode({ mode })(this.api, { imagePullFailure: (image) => this.faults.get(image) });
  }

  /** A mount path that is allowed in this mode. */
  path(path: string): string {
    return this.node.mode === 'processes' ? this.node.root + path : path;
  }

  run(spec: Omit<PodSpec, 'containers'> & { containers: Partial<Container>[] }, name = 'pod'): Pod {
    const fill = (container: Partial<Container>): Container => ({
      name: 'main',
      image: 'alpine:3',
      ...container,
      env: [{ name: 'TEST_MARKER', value: this.marker }, ...(container.env ?? [])],
    });
    const pod: Pod = {
      metadata: { name, namespace: 'test', uid: randomUUID() },
      spec: {
        restartPolicy: 'Never',
        ...spec,
        containers: spec.containers.map(fill),
        initContainers: spec.initContainers?.map(fill) ?? [],
      },
    };
    this.api.pods.set(pod.metadata!.uid!, pod);
    this.node.podAdded(pod);
    return pod;
  }

  /** One container that runs a shell script. */
  sh(script: string, container: Partial<Container> = {}, spec: Partial<PodSpec> = {}): Pod {
    // `$$` would be one `$` to Kubernetes.
    return this.run({ ...spec, containers: [{ command: ['sh', '-c', script.replaceAll('$', '$$$$')], ...container }] });
  }

  current(pod: Pod): Pod | undefined {
    return this.api.pods.get(pod.metadata!.uid!);
  }

  async phase(pod: Pod, phase: string): Promise<Pod> {
    return this.api.until(() => {
      const current = this.current(pod);
      return current?.status?.phase === phase && current;
    });
  }

  async ended(pod: Pod): Promise<ContainerState['terminated'] & object> {
    return this.api.until(() => this.current(pod)?.status?.containerStatuses?.[0]?.state?.terminated);
  }

  async waiting(pod: Pod, reason: string): Promise<string> {
    return this.api.until(() => {
      const waiting = this.current(pod)?.status?.containerStatuses?.[0]?.state?.waiting;
      return waiting?.reason === reason && (waiting.message ?? ' ');
    });
  }

  async log(
    pod: Pod,
    options: Partial<Parameters<HostProcessNode['logs']>[1]> = {},
    container = 'main',
  ): Promise<string> {
    const target = { namespace: 'test', pod: pod.metadata!.name!, container };
    const chunks: Uint8Array[] = [];
    const all = { follow: true, previous: false, timestamps: false, ...options };
    for await (const chunk of this.node.logs(target, all, new AbortController().signal)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  async exec(command: string[], streams: Partial<ProcessStreams> = {}, signal = new AbortController().signal) {
    const [stdout, stderr] = [collect(), collect()];
    const all = { stdout: stdout.stream, stderr: stderr.stream, tty: false, ...streams };
    const code = await this.node.exec({ namespace: 'test', pod: 'pod', container: 'main' }, command, all, signal);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  }

  async remove(pod: Pod, graceSeconds: number): Promise<void> {
    this.node.podDeleting({ ...pod, metadata: { ...pod.metadata, deletionGracePeriodSeconds: graceSeconds } });
    await this.api.until(() => !this.current(pod));
  }

  /** Removes all Pods, and sees to it that nothing is left of them on the host. */
  async clean(): Promise<void> {
    await Promise.all([...this.api.pods.values()].map(async (pod) => this.remove(pod, 0)));
    // The kernel kills them, and may take a moment.
    for (let i = 0; i < 100 && processesWith(this.marker).length > 0; i += 1) await pause(20);
    const { root } = this.node;
    const left = {
      inRoot: [...readdirSync(root), ...readdirSync(join(root, '.node', 'pods'))],
      processes: processesWith(this.marker),
      mounts: mountsOf(root),
    };
    this.api.reset();
    this.faults.clear();
    assert.deepEqual(left, { inRoot: ['.node'], processes: [], mounts: [] });
  }

  async close(): Promise<void> {
    await this.node.close();
    assert.equal(existsSync(this.node.root), false);
  }
}

const target = { namespace: 'test', pod: 'pod', container: 'main' };
const isRoot = process.geteuid?.() === 0;
const denied: Record<Mode, string | undefined> = { namespaces: denialOf('namespaces'), processes: undefined };

let world: World;

/** One node for the tests of a group, as each costs a trial; nothing may be left after each test. */
function useNode(mode: Mode): void {
  beforeAll(() => {
    if (denied[mode] === undefined) world = new World(mode);
  });
  beforeEach((context: TestContext) => context.skip(denied[mode] !== undefined, denied[mode]));
  afterEach(async () => denied[mode] ?? world.clean());
  afterAll(async () => denied[mode] ?? world.close());
}

describe.each<Mode>(['namespaces', 'processes'])('a node that runs containers as %s', (mode) => {
  useNode(mode);

  test('says that images are names only', () => {
    expect(world.node.description).toContain("images are names only: the host's programs");
  });

  test('runs a Pod to its end and reports it as kubelet does', async () => {
    const pod = await world.phase(world.sh('echo hello'), 'Succeeded');
    const { state, ...status } = pod.status!.containerStatuses![0]!;
    expect(pod.spec!.nodeName).toBe('local');
    expect(pod.status).toMatchObject({
      phase: 'Succeeded',
      podIP: '127.0.0.1',
      startTime: expect.stringMatching(/Z$/),
    });
    expect(status).toMatchObject({ name: 'main', ready: false, started: false, restartCount: 0, image: 'alpine:3' });
    expect(state!.terminated).toMatchObject({ exitCode: 0, reason: 'Completed', containerID: status.containerID });
    expect(world.api.states).toEqual(['main ContainerCreating', 'main running', 'main Completed']);
    expect(world.api.events.map((event) => event.split(' ')[1])).toEqual(['Scheduled', 'Pulled', 'Created', 'Started']);
    expect(await world.log(pod)).toBe('hello\n');
  });

  test('fails a Pod whose container fails, with its exit code', async () => {
    const pod = await world.phase(world.sh('exit 3'), 'Failed');
    expect(pod.status!.containerStatuses![0]!.state!.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
  });

  test('gives a container its own environment and nothing of the host', async () => {
    world.api.put('secret', 'login', { user: 'ann', 'a.b': 'dotted' });
    const pod = world.run({
      containers: [
        {
          command: ['env'],
          env: [
            { name: 'A', value: "it's $(TEST_MARKER) $$(A) $(NONE)" },
            { name: 'WHO', valueFrom: { secretKeyRef: { name: 'login', key: 'user' } } },
            { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'LINES', value: 'one\ntwo' },
          ],
        },
      ],
    });
    const lines = (await logAfterEnd(pod)).split('\n').filter((line) => line !== '' && !/^(PWD|SHLVL|_)=/.test(line));
    const names = lines.map((line) => line.split('=')[0]).toSorted();
    const expected = ['A', 'HOME', 'HOSTNAME', 'LINES', 'PATH', 'POD', 'TEST_MARKER', 'WHO', 'two'];
    const ofProcesses = ['PODWRIGHT_CONTAINER', 'TMPDIR'];
    expect(names.filter((name) => !ofProcesses.includes(name ?? ''))).toEqual(expected.toSorted());
    expect(lines).toContain(`A=it's ${world.marker} $(A) $(NONE)`);
    expect(lines).toContain('WHO=ann');
    expect(lines).toContain('POD=pod');
  });

  test('lets containers share an emptyDir and read a Secret and a ConfigMap', async () => {
    world.api.put('secret', 'keys', { one: '1', two: '2' });
    world.api.put('configmap', 'settings', { colour: 'red' });
    const share = { name: 'share', mountPath: world.path('/builds') };
    const files = { name: 'files', mountPath: world.path('/podwright/job') };
    const pod = world.run({
      volumes: [
        { name: 'share', emptyDir: {} },
        {
          name: 'files',
          projected: {
            defaultMode: 0o444,
            sources: [
              { secret: { name: 'keys', items: [{ key: 'two', path: 'deep/second', mode: 0o555 }] } },
              { configMap: { name: 'settings' } },
            ],
          },
        },
      ],
      initContainers: [
        { name: 'first', command: sh(`echo from-init >${share.mountPath}/file`), volumeMounts: [share] },
      ] as Container[],
      containers: [
        {
          command: sh(`cat ${share.mountPath}/file ${files.mountPath}/deep/second; cd ${files.mountPath}
            stat -c '%a %n' deep/second colour; cat colour; pwd`),
          workingDir: world.path('/builds/made/for/me'),
          volumeMounts: [share, files],
        },
      ],
    });
    expect(await logAfterEnd(pod)).toBe(`from-init\n2555 deep/second\n444 colour\nred${files.mountPath}\n`);
  });

  test('runs init containers one after the other and stops at the first that fails', async () => {
    const init = (name: string, code: number) => ({ name, command: sh(`exit ${code}`) }) as Container;
    const pod = world.run({
      initContainers: [init('a', 0), init('b', 4), init('c', 0)],
      containers: [{ command: ['true'] }],
    });
    const { status } = await world.phase(pod, 'Failed');
    expect(
      status!.initContainerStatuses!.map(({ state }) => state!.terminated?.exitCode ?? state!.waiting?.reason),
    ).toEqual([0, 4, 'PodInitializing']);
    expect(status!.containerStatuses![0]!.state!.waiting!.reason).toBe('PodInitializing');
  });

  test('waits for a Secret that a volume names, and starts when it appears', async () => {
    const volumeMounts = [{ name: 'late', mountPath: world.path('/late') }];
    const pod = world.sh(
      `cat ${world.path('/late/word')}`,
      { volumeMounts },
      {
        volumes: [{ name: 'late', secret: { secretName: 'late' } }],
      },
    );
    const event = 'Warning FailedMount MountVolume.SetUp failed for volume "late" : secret "late" not found';
    await world.api.until(() => world.api.events.includes(event));
    world.api.put('secret', 'unrelated', {});
    world.api.put('secret', 'late', { word: 'there' });
    expect(await logAfterEnd(pod)).toBe('there');
    expect(world.api.events.filter((text) => text.includes('FailedMount'))).toEqual([event]);
  });

  test('waits for a Secret that a variable names, and starts when it appears', async () => {
    const env = [{ name: 'WORD', valueFrom: { secretKeyRef: { name: 'late', key: 'word' } } }];
    const pod = world.sh('echo $WORD', { env });
    expect(await world.waiting(pod, 'CreateContainerConfigError')).toBe('secret "late" not found');
    world.api.put('secret', 'late', { word: 'there' });
    expect(await logAfterEnd(pod)).toBe('there\n');
  });

  test('tells of an image that cannot be pulled, and backs off', async () => {
    world.faults.set('nope:1', 'not found');
    const pod = world.sh('true', { image: 'nope:1' });
    expect(await world.waiting(pod, 'ImagePullBackOff')).toBe('Back-off pulling image "nope:1"');
    expect(world.api.states).toEqual(['main ContainerCreating', 'main ErrImagePull', 'main ImagePullBackOff']);
    await world.remove(pod, 30);
  });

  test.each([
    [
      'an image that may not be pulled',
      { image: 'nope:1', imagePullPolicy: 'Never' },
      'ErrImageNeverPull',
      'pull policy of Never',
    ],
    ['a malformed image name', { image: 'Not/Lower:1' }, 'InvalidImageName', 'repository name must be lowercase'],
    ['no command', { command: [] }, 'CreateContainerError', 'no command specified'],
    [
      'runAsNonRoot without a user',
      { securityContext: { runAsNonRoot: true } },
      'CreateContainerConfigError',
      'runAsNonRoot',
    ],
  ])('keeps a container waiting for %s', async (_, container, reason, message) => {
    world.faults.set('nope:1', 'not found');
    expect(await world.waiting(world.sh('true', container), reason)).toContain(message);
  });

  test.each([
    ['no-such-program', 'exec: "no-such-program": executable file not found in $PATH'],
    ['/no/such/program', 'exec: "/no/such/program": stat /no/such/program: no such file or directory'],
    ['/etc/passwd', 'exec: "/etc/passwd": permission denied'],
  ])('ends a container whose program is %s', async (program, message) => {
    const pod = await world.phase(world.run({ containers: [{ command: [program] }] }), 'Failed');
    expect(pod.status!.containerStatuses![0]!.state!.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message,
    });
  });

  test('lets a container end itself on TERM', async () => {
    const pod = world.sh("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
    await seen(pod, 'ready');
    world.node.podDeleting({ ...pod, metadata: { ...pod.metadata, deletionGracePeriodSeconds: 600 } });
    expect(await world.ended(pod)).toMatchObject({ exitCode: 5, reason: 'Error' });
    await world.api.until(() => !world.current(pod));
  });

  test('kills a container that does not end within its grace period, and all it started', async () => {
    const pod = world.sh("trap '' TERM; (trap '' TERM; sleep 1000) & echo ready; wait; sleep 1000");
    await seen(pod, 'ready');
    world.node.podDeleting({ ...pod, metadata: { ...pod.metadata, deletionGracePeriodSeconds: 600 } });
    await world.remove(pod, 0);
    expect(processesWith(world.marker)).toEqual([]);
  });

  test('fails a Pod that has passed its deadline', async () => {
    const pod = world.sh('exec sleep 1000', {}, { activeDeadlineSeconds: 1, terminationGracePeriodSeconds: 1 });
    expect((await world.phase(pod, 'Failed')).status).toMatchObject({ reason: 'DeadlineExceeded' });
    expect((await world.ended(pod)).reason).toBe('Error');
  });

  test('fails an evicted Pod with the message', async () => {
    const pod = world.sh('exec sleep 1000');
    await world.phase(pod, 'Running');
    world.node.evict(pod, 'the node was low on memory');
    expect(await world.ended(pod)).toMatchObject({ exitCode: 137 });
    expect(world.current(pod)!.status).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'the node was low on memory',
    });
  });

  test('puts the end of a killed container down to the given reason', async () => {
    const pod = world.sh('exec sleep 1000');
    await world.phase(pod, 'Running');
    world.node.killContainer(target, 'SIGKILL', 'OOMKilled');
    expect(await world.ended(pod)).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(() => world.node.killContainer(target, 'SIGKILL')).toThrow('container not found ("main")');
  });

  test('leaves a Pod pending that asks for more than the host has', async () => {
    const pod = world.sh('true', { resources: { requests: { cpu: '100000' } } });
    const message = '0/1 nodes are available: 1 Insufficient cpu.';
    await world.api.until(() => world.api.events.includes(`Warning FailedScheduling ${message}`));
    expect(world.current(pod)!.status).toMatchObject({
      phase: 'Pending',
      conditions: [{ reason: 'Unschedulable', message }],
    });
    await world.remove(pod, 30);
  });

  test('says so when it is asked to restart containers', async () => {
    await world.phase(world.sh('exit 1', {}, { restartPolicy: 'OnFailure' }), 'Failed');
    expect(world.api.events.filter((event) => event.includes('RestartPolicyIgnored'))).toHaveLength(1);
  });

  describe('exec', () => {
    beforeEach(async () => {
      await world.phase(world.sh('exec sleep 1000', { env: [{ name: 'WORD', value: 'given' }] }), 'Running');
    });

    test('runs a program with the environment of the container, apart streams and its exit code', async () => {
      const script = 'echo out $WORD; echo err >/dev/stderr; exit 7';
      expect(await world.exec(['sh', '-c', script])).toEqual({ code: 7, stdout: 'out given\n', stderr: 'err\n' });
    });

    test('hands over its input, which the program may open again', async () => {
      const stdin = new PassThrough();
      stdin.end('some words');
      expect(await world.exec(['cat', '/dev/stdin'], { stdin })).toEqual({ code: 0, stdout: 'some words', stderr: '' });
    });

    test('ends with a program that does not read its input', async () => {
      const stdin = new PassThrough();
      stdin.write('x'.repeat(200_000));
      expect((await world.exec(['true'], { stdin })).code).toBe(0);
    });

    test('joins the streams of a terminal', async () => {
      const { stdout, stderr } = await world.exec(['sh', '-c', 'echo out; echo err >&2'], { tty: true });
      expect([stdout.split('\n').toSorted(), stderr]).toEqual([['', 'err', 'out'], '']);
    });

    test('ends with the program, whatever that leaves behind', async () => {
      expect(await world.exec(['sh', '-c', 'sleep 1000 & echo done'])).toEqual({
        code: 0,
        stdout: 'done\n',
        stderr: '',
      });
    });

    test('waits for a slow consumer and loses nothing', async () => {
      let bytes = 0;
      const stdout = new Writable({
        highWaterMark: 1,
        write(chunk: Buffer, _, done) {
          bytes += chunk.length;
          setImmediate(() => done());
        },
      });
      const { code } = await world.exec(['head', '-c', '3000000', '/dev/zero'], { stdout });
      expect({ code, bytes }).toEqual({ code: 0, bytes: 3_000_000 });
    });

    test('kills the program when the signal aborts', async () => {
      const controller = new AbortController();
      const stdout = new PassThrough();
      const running = world.exec(['sh', '-c', 'echo ready; sleep 1000'], { stdout }, controller.signal);
      await once(stdout, 'data');
      controller.abort(new Error('the client has gone'));
      await expect(running).rejects.toThrow('the client has gone');
    });

    test.each([
      [['no-such-program'], 'exec: "no-such-program": executable file not found in $PATH'],
      [['/etc/passwd'], 'exec: "/etc/passwd": permission denied'],
    ])('refuses %j', async (command, message) => {
      await expect(world.exec(command)).rejects.toThrow(message);
    });

    test('knows no other container', async () => {
      const other = { ...target, container: 'other' };
      const streams = { tty: false };
      await expect(world.node.exec(other, ['true'], streams, new AbortController().signal)).rejects.toThrow(
        'container not found ("other")',
      );
    });
  });

  test('attaches to the main process, its input included', async () => {
    const pod = world.sh('echo before; read -r word; echo "got $word"; echo err >&2; exit 9', {
      stdin: true,
      stdinOnce: true,
    });
    await seen(pod, 'before');
    const [stdout, stderr, stdin] = [collect(), collect(), new PassThrough()];
    const streams = { stdin, stdout: stdout.stream, stderr: stderr.stream, tty: false };
    const attached = world.node.attach(target, streams, new AbortController().signal);
    stdin.end('a word\n');
    expect(await attached).toBe(9);
    expect([stdout.text(), stderr.text()]).toEqual(['got a word\n', 'err\n']);
  });

  test('serves parts of a log', async () => {
    const pod = world.sh('echo one; echo two; printf three');
    await world.ended(pod);
    expect(await world.log(pod, { tailLines: 2 })).toBe('two\nthree');
    expect(await world.log(pod, { limitBytes: 5 })).toBe('one\nt');
    expect(await world.log(pod, { timestamps: true })).toMatch(/^(\S+T\S+Z (one|two)\n){2}\S+T\S+Z three$/);
    await expect(world.log(pod, { previous: true })).rejects.toThrow('previous terminated container "main"');
    await expect(world.log(pod, {}, 'other')).rejects.toThrow('container "other" in pod "pod" has not been started');
  });

  test('stops following a log when the signal aborts', async () => {
    const pod = world.sh('echo one; exec sleep 1000');
    const controller = new AbortController();
    const seenChunks: string[] = [];
    const options = { follow: true, previous: false, timestamps: false };
    await seen(pod, 'one');
    for await (const chunk of world.node.logs(target, options, controller.signal)) {
      seenChunks.push(Buffer.from(chunk).toString());
      controller.abort();
    }
    expect(seenChunks).toEqual(['one\n']);
  });

  test('ends when a process that it leaves behind keeps its output open', async () => {
    const pod = world.sh('sleep 1000 & echo done');
    expect(await logAfterEnd(pod)).toBe('done\n');
  });

  test.each([
    ['in a session of its own', 'setsid sleep 1000 & echo ready; exec sleep 1000'],
    [
      'that was left to init',
      '(setsid sleep 1000 & setsid sh -c "sleep 1000 & sleep 1000" &) ; echo ready; wait; exec sleep 1000',
    ],
    ['with another environment', 'env -i setsid sh -c "sleep 1000; : $TEST_MARKER" & echo ready; wait'],
  ])('leaves no process %s when it is killed', async (_, script) => {
    const pod = world.sh(script);
    await seen(pod, 'ready');
    world.node.killContainer(target, 'SIGKILL');
    await world.ended(pod);
    await expect.poll(() => processesWith(world.marker)).toEqual([]);
  });

  test('leaves no process in a session of its own when its main process ends', async () => {
    await world.ended(world.sh('setsid sleep 1000 & setsid sleep 1000 &'));
    await expect.poll(() => processesWith(world.marker)).toEqual([]);
  });

  test('forgets a Pod that was removed, and runs another of the same name', async () => {
    const first = world.sh('echo first');
    expect(await logAfterEnd(first)).toBe('first\n');
    await world.remove(first, 0);
    expect(readdirSync(join(world.node.root, '.node', 'pods'))).toEqual([]);
    expect(await logAfterEnd(world.sh('echo second'))).toBe('second\n');
  });

  test('keeps Secrets from other users of the host', async () => {
    expect(statSync(world.node.root).mode & 0o777).toBe(0o700);
  });

  test('leaves no container alive when it is killed itself', async (context) => {
    context.skip(process.platform !== 'linux', 'processes are looked up in /proc');
    const runtime = compiledRuntime();
    const driver = spawn(process.execPath, [runtime, mode, 'hang', world.marker], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const root = await firstLine(driver);
    expect(processesWith(world.marker).length).toBeGreaterThan(0);
    driver.kill('SIGKILL');
    await once(driver, 'close');
    await gone(world.marker);
    rmSync(root, { recursive: true, force: true });
  });
});

describe('a container in namespaces', () => {
  useNode('namespaces');

  test('has mount points anywhere, and the host gets none of them', async () => {
    const paths = [
      '/builds',
      '/opt/pw-test/data',
      '/usr/local/pw-test',
      '/cache',
      '/var/run/pw-test',
      '/tmp/pw-test',
      '/builds/in/it',
    ];
    const pod = world.sh(
      `for at in ${paths.join(' ')}; do echo x >$at/file && echo $at; done; ls /builds/in/it`,
      {
        volumeMounts: paths.map((mountPath, index) => ({ name: `v${index}`, mountPath })),
      },
      { volumes: paths.map((_, index) => ({ name: `v${index}`, emptyDir: {} })) },
    );
    expect(await logAfterEnd(pod)).toBe(`${paths.join('\n')}\nfile\n`);
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
  });

  test('keeps what it writes outside of volumes to itself', async () => {
    const places = ['/pw-test', '/etc/pw-test', '/usr/bin/pw-test', '/tmp/pw-test', '/var/lib/pw-test', '~/pw-test'];
    const pod = world.sh(
      `for at in ${places.join(' ')}; do echo x >$at && cat $at; done; rm -r /etc/passwd; ls /etc/passwd`,
    );
    const log = await logAfterEnd(pod);
    expect(log.match(/^x$/gm)!.length).toBeGreaterThanOrEqual(4);
    expect(places.filter((path) => existsSync(path))).toEqual([]);
    expect(existsSync('/etc/passwd')).toBe(true);
  });

  test('has a process table, a name, a hosts file and a directory for temporary files of its own', async () => {
    const pod = world.sh(
      'echo $$; hostname; ls /tmp; cat /etc/hostname; grep -c -e pw-alias -e "^127.0.0.1.pod$" /etc/hosts; ls -d /proc/[0-9]* | wc -l',
      {},
      {
        hostAliases: [{ ip: '10.1.2.3', hostnames: ['pw-alias', 'pw-other'] }],
      },
    );
    expect(await logAfterEnd(pod)).toMatch(/^1\npod\npod\n2\n[23]\n$/);
  });

  test('cannot write to what is mounted read-only', async () => {
    world.api.put('secret', 'keys', { one: '1' });
    const pod = world.sh(
      'touch /secret/x /again/x; touch /free/x; ls /again',
      {
        volumeMounts: [
          { name: 'secret', mountPath: '/secret' },
          { name: 'free', mountPath: '/free' },
          { name: 'free', mountPath: '/again', readOnly: true },
        ],
      },
      {
        volumes: [
          { name: 'secret', secret: { secretName: 'keys' } },
          { name: 'free', emptyDir: {} },
        ],
      },
    );
    const log = await logAfterEnd(pod);
    expect(log.match(/Read-only file system/g)).toHaveLength(2);
    expect(log.trimEnd().split('\n').at(-1)).toBe('x');
  });

  test('cannot write to a root file system that is read-only, but to volumes', async () => {
    const pod = world.sh(
      'touch /x /etc/x /tmp/x /usr/x; touch /free/x && echo volume',
      {
        securityContext: { readOnlyRootFilesystem: true },
        volumeMounts: [{ name: 'free', mountPath: '/free' }],
      },
      { volumes: [{ name: 'free', emptyDir: {} }] },
    );
    const log = await logAfterEnd(pod);
    expect(log.match(/Read-only file system/g)).toHaveLength(4);
    expect(log).toMatch(/volume\n$/);
  });

  test('has parts of volumes, and of the host, mounted', async () => {
    const host = mkdtempSync(join(tmpdir(), 'pw-host-'));
    writeFileSync(join(host, 'file'), 'of the host');
    world.api.put('configmap', 'settings', { colour: 'red' });
    const pod = world.sh(
      'cat /etc/pw-colour /host/file; echo x >/host/written; echo y >/part/y; ls /whole/a/b',
      {
        env: [{ name: 'DEEP', value: 'b' }],
        volumeMounts: [
          { name: 'settings', mountPath: '/etc/pw-colour', subPath: 'colour' },
          { name: 'host', mountPath: '/host' },
          { name: 'free', mountPath: '/whole' },
          { name: 'free', mountPath: '/part', subPathExpr: 'a/$(DEEP)' },
        ],
      },
      {
        volumes: [
          { name: 'settings', configMap: { name: 'settings' } },
          { name: 'host', hostPath: { path: host, type: 'Directory' } },
          { name: 'free', emptyDir: {} },
        ],
      },
    );
    expect(await logAfterEnd(pod)).toBe('redof the hosty\n');
    expect(readFileSync(join(host, 'written'), 'utf8')).toBe('x\n');
    rmSync(host, { recursive: true });
  });

  test('leaves a termination message', async () => {
    expect((await world.ended(world.sh('echo last words >/dev/termination-log'))).message).toBe('last words\n');
    const pod = world.sh('echo the log; exit 1', { terminationMessagePolicy: 'FallbackToLogsOnError' });
    expect((await world.ended(pod)).message).toBe('the log\n');
  });

  test('runs as the user, and in the groups, that the Pod names', async () => {
    const pod = world.sh(
      'id -u; id -g; echo err >/dev/stderr; touch /free/x && stat -c %u /free/x',
      {
        securityContext: { runAsUser: 1234 },
        volumeMounts: [{ name: 'free', mountPath: '/free' }],
      },
      { securityContext: { runAsGroup: 2345 }, volumes: [{ name: 'free', emptyDir: {} }] },
    );
    // The two streams meet in the log in whatever order they come.
    const lines = (await logAfterEnd(pod)).split('\n');
    expect(lines.filter((line) => line !== 'err').join('\n')).toBe('1234\n2345\n1234\n');
    expect(lines).toContain('err');
  });

  test('is in the group that volumes are given to', async (context) => {
    context.skip(!isRoot, 'only root may give files away');
    world.api.put('secret', 'keys', { one: '1' });
    const pod = world.sh(
      'id -G; cat /secret/one; touch /free/x; stat -c "%g %a" /free/x /secret/one',
      {
        securityContext: { runAsUser: 1234, runAsGroup: 2345 },
        volumeMounts: [
          { name: 'free', mountPath: '/free' },
          { name: 'secret', mountPath: '/secret' },
        ],
      },
      {
        securityContext: { fsGroup: 3456 },
        volumes: [
          { name: 'free', emptyDir: {} },
          { name: 'secret', secret: { secretName: 'keys', defaultMode: 0o400 } },
        ],
      },
    );
    expect(await logAfterEnd(pod)).toBe('2345 3456\n13456 644\n3456 440\n');
  });

  test('cannot be ended by its own programs with TERM, as PID 1 of a container cannot', async () => {
    expect(await logAfterEnd(world.sh('kill -TERM $$; kill -KILL $$; echo still here'))).toBe('still here\n');
  });

  test('passes variables that no shell would keep', async () => {
    world.api.put('configmap', 'odd', { 'a.b-c': 'dotted' });
    const pod = world.run({
      containers: [
        {
          command: ['env'],
          envFrom: [{ configMapRef: { name: 'odd' } }],
          env: [
            { name: 'IFS', value: 'x' },
            { name: 'UID', value: '5' },
          ],
        },
      ],
    });
    expect((await logAfterEnd(pod)).split('\n')).toEqual(expect.arrayContaining(['a.b-c=dotted', 'IFS=x', 'UID=5']));
  });

  test('cannot be mounted upon its root directory', async () => {
    const pod = world.sh(
      'true',
      { volumeMounts: [{ name: 'free', mountPath: '/' }] },
      { volumes: [{ name: 'free', emptyDir: {} }] },
    );
    expect(await world.waiting(pod, 'CreateContainerConfigError')).toContain(
      'nothing can be mounted on the root directory',
    );
  });

  test('may have the same paths as a container of another Pod', async () => {
    const pods = ['a', 'b'].map((name) =>
      world.run(
        {
          volumes: [{ name: 'free', emptyDir: {} }],
          containers: [
            {
              command: sh('ls /builds; touch /builds/x; echo end'),
              volumeMounts: [{ name: 'free', mountPath: '/builds' }],
            },
          ],
        },
        name,
      ),
    );
    expect(await Promise.all(pods.map(async (pod) => logAfterEnd(pod)))).toEqual(['end\n', 'end\n']);
  });

  test('runs the same way for an ordinary user', async (context) => {
    context.skip(!isRoot, 'this is the user that all other tests run as');
    const user = ['--reuid=65534', '--regid=65534', '--clear-groups', '--'];
    const run = (...args: string[]) =>
      spawnSync('setpriv', [...user, process.execPath, compiledRuntime(), ...args], { encoding: 'utf8' });
    const { stdout, stderr } = run('namespaces', 'run', world.marker);
    context.skip(
      stderr.includes('containers cannot be run in namespaces'),
      stderr.split('\n').find((line) => line.includes('Error')),
    );
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching('^/'),
      expect.stringContaining('through an unprivileged user namespace'),
      '{"exitCode":0,"log":"1 0 secret 1234\\n","exec":"pod 1234\\n"}',
      '',
    ]);
    expect(existsSync(stdout.split('\n')[0]!)).toBe(false);
  });
});

describe('a container without namespaces', () => {
  useNode('processes');

  test('cannot be mounted upon outside of the root, and says which paths', async () => {
    const volumeMounts = [
      { name: 'free', mountPath: '/builds' },
      { name: 'free', mountPath: '/cache' },
    ];
    const pod = world.sh('true', { volumeMounts }, { volumes: [{ name: 'free', emptyDir: {} }] });
    expect(await world.waiting(pod, 'CreateContainerConfigError')).toBe(
      `cannot mount on /builds, /cache: without namespaces, mount paths must lie below ${world.node.root}`,
    );
    expect(world.api.events.at(-1)).toContain('Warning Failed Error: cannot mount on /builds, /cache');
  });

  test('waits until another Pod has left its paths', async () => {
    const mounted = { volumes: [{ name: 'free', emptyDir: {} }] };
    const volumeMounts = [{ name: 'free', mountPath: world.path('/builds') }];
    const first = world.run({ ...mounted, containers: [{ command: ['sleep', '1000'], volumeMounts }] }, 'first');
    await world.phase(first, 'Running');
    const second = world.run({ ...mounted, containers: [{ command: ['true'], volumeMounts }] }, 'second');
    expect(await world.waiting(second, 'CreateContainerConfigError')).toContain(
      'another container has another volume there',
    );
    await world.remove(first, 0);
    await world.phase(second, 'Succeeded');
  });

  test('has no working directory made outside of the root', async () => {
    const pod = world.sh('true', { workingDir: '/pw-test/none' });
    expect(await world.waiting(pod, 'CreateContainerConfigError')).toContain('/pw-test/none does not exist');
    expect(existsSync('/pw-test')).toBe(false);
  });
});

describe('the root of a node', () => {
  let base: string;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'pw-root-'));
  });
  afterAll(() => rmSync(base, { recursive: true }));

  test('is made, and removed at the end', async () => {
    const root = join(base, 'made', 'here');
    const node = hostProcessNode({ mode: 'processes', root })(new FakeApi(), { imagePullFailure: () => undefined });
    expect(existsSync(root)).toBe(true);
    await node.close();
    expect(existsSync(root)).toBe(false);
  });

  test('must be an absolute path', () => {
    expect(() => hostProcessNode({ root: 'here' })(new FakeApi(), { imagePullFailure: () => undefined })).toThrow(
      'root here must be',
    );
  });

  test('must be empty, as it will be removed', () => {
    mkdirSync(join(base, 'full', 'of'), { recursive: true });
    const root = join(base, 'full');
    expect(() => hostProcessNode({ root })(new FakeApi(), { imagePullFailure: () => undefined })).toThrow(
      `root ${root} must be empty`,
    );
  });
});

function sh(script: string): string[] {
  return ['sh', '-c', script];
}

async function logAfterEnd(pod: Pod): Promise<string> {
  await world.ended(pod);
  return world.log(pod);
}

/** Resolves when a line has been written by a container. */
async function seen(pod: Pod, line: string): Promise<void> {
  await world.phase(pod, 'Running');
  let text = '';
  const options = { follow: true, previous: false, timestamps: false };
  for await (const chunk of world.node.logs(target, options, new AbortController().signal)) {
    text += Buffer.from(chunk).toString();
    if (text.includes(`${line}\n`)) return;
  }
  throw new Error(`the container ended and wrote ${JSON.stringify(text)}`);
}

function collect(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

function denialOf(mode: Mode): string | undefined {
  try {
    const node = hostProcessNode({ mode })(new FakeApi(), { imagePullFailure: () => undefined });
    void node.close();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Ids of processes that have the text in their environment or on their command line; zombies have neither. */
function processesWith(marker: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return ['environ', 'cmdline'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(marker));
    } catch {
      return false;
    }
  });
}

/** Resolves when no such process is there; the kernel kills them, which nobody is told of. */
async function gone(marker: string): Promise<void> {
  while (processesWith(marker).length > 0) await pause(10);
}

function mountsOf(root: string): string[] {
  if (process.platform !== 'linux') return [];
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(root));
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout!) {
    text += String(chunk);
    if (text.includes('\n')) return text.split('\n')[0] ?? '';
  }
  throw new Error('the process wrote nothing');
}

let compiled: string | undefined;

afterAll(() => compiled && rmSync(compiled, { recursive: true }));

/** The runtime as JavaScript that any user can run in a process of its own, with a program that drives it. @returns its path */
function compiledRuntime(): string {
  compiled ??= mkdtempSync(join(tmpdir(), 'pw-runtime-'));
  const driver = join(compiled, 'driver.mjs');
  if (existsSync(driver)) return driver;
  chmodSync(compiled, 0o755);
  writeFileSync(join(compiled, 'package.json'), '{"type":"module"}');
  const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  for (const name of sources) {
    const { outputText } = ts.transpileModule(readFileSync(join(import.meta.dirname, name), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
    });
    writeFileSync(join(compiled, name.replace(/ts$/, 'js')), outputText);
  }
  writeFileSync(driver, driverSource);
  return driver;
}

const driverSource = `
import { PassThrough } from 'node:stream';
import { hostProcessNode } from './index.js';
const [mode, what, marker] = process.argv.slice(2);
const target = { namespace: 'test', pod: 'pod', container: 'main' };
const { signal } = new AbortController();
const scripts = {
  hang: 'sleep 1000 & setsid sleep 1000 & sleep 1000; exit 1',
  run: 'read -r word </root/pw/word; read -r line; echo "$$$$ $(id -u) $word $1 $line" >/dev/stderr',
};
let changed = () => {};
const api = {
  getSecret: () => ({ data: { word: Buffer.from('secret\\n').toString('base64') } }),
  getConfigMap: () => undefined,
  onObjectsChanged: () => () => {},
  updatePod(pod, change) { change(pod); changed(); },
  removePod() {},
  recordEvent() {},
};
const node = hostProcessNode({ mode })(api, { imagePullFailure: () => undefined });
const volumes = what === 'run' ? [{ name: 'v', secret: { secretName: 's' } }] : [];
const container = {
  name: 'main', image: 'alpine', stdin: what === 'run', stdinOnce: true, command: ['sh', '-c', scripts[what]],
  env: [{ name: 'TEST_MARKER', value: marker }],
  volumeMounts: volumes.map(({ name }) => ({ name, mountPath: '/root/pw' })),
};
const pod = {
  metadata: { name: 'pod', namespace: 'test', uid: 'uid' },
  spec: { restartPolicy: 'Never', volumes, containers: [container] },
};
const running = new Promise((resolve) => { changed = () => pod.status?.phase === 'Running' && resolve(); });
node.podAdded(pod);
await running;
console.log(node.root);
if (what === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
console.log(node.description);
const output = new PassThrough();
await node.exec(target, ['sh', '-c', 'echo "$(hostname) 1234"'], { stdout: output, tty: false }, signal);
const stdin = new PassThrough();
stdin.end('1234\\n');
const exitCode = await node.attach(target, { stdin, tty: false }, signal);
let log = '';
for await (const chunk of node.logs(target, { follow: true, previous: false, timestamps: false }, signal)) log += Buffer.from(chunk);
console.log(JSON.stringify({ exitCode, log: log.replace('  ', ' '), exec: String(output.read()) }));
await node.close();
`;
