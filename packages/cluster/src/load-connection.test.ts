import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@podwright/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiServer, json, quick } from '../test/api-server.ts';
import { makeAuthority, makeIdentity } from '../test/certificates.ts';
import type { Connection } from './connection.ts';
import { connectionConfigSchema, type ConnectionConfig } from './connection-config.ts';
import { createCluster } from './create-cluster.ts';
import { loadConnection, type LoadConnectionOptions } from './load-connection.ts';

const authority = makeAuthority('cluster');
const serverIdentity = makeIdentity(authority, 'server', ['127.0.0.1', 'cluster.test']);
const client = makeIdentity(authority, 'runner');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'podwright-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function load(
  config: Partial<ConnectionConfig>,
  options: Partial<LoadConnectionOptions> = {},
): Promise<Connection> {
  return loadConnection(connectionConfigSchema.parse(config), { env: {}, serviceAccountDir: folder, ...options });
}

async function problems(config: Partial<ConnectionConfig>, options: Partial<LoadConnectionOptions> = {}) {
  const error: unknown = await load(config, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).problems.map(({ path, message }) => `${path}: ${message}`);
}

async function headers(connection: Connection) {
  return (await connection.credentials.current()).headers;
}

/** A kubeconfig as JSON, which is YAML too. */
function kubeconfig(name: string, cluster: object, user: object, more: object = {}): string {
  const content = {
    'current-context': 'main',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', namespace: 'ci' } }],
    ...more,
  };
  return file(name, JSON.stringify(content));
}

describe('the order', () => {
  const inCluster = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

  test('a host comes before the cluster that podwright runs in', async () => {
    file('token', 'of-the-pod');
    const connection = await load({ host: 'http://10.9.9.9' }, { env: inCluster });
    expect(connection).toMatchObject({ server: 'http://10.9.9.9', source: 'host' });
    expect(connection.namespace).toBeUndefined();
  });

  test('the cluster that podwright runs in comes before the kubeconfig', async () => {
    file('token', 'of-the-pod\n');
    file('ca.crt', authority.cert);
    file('namespace', 'runners\n');
    const KUBECONFIG = kubeconfig('config', { server: 'http://10.8.8.8' }, {});
    const connection = await load({}, { env: { ...inCluster, KUBECONFIG } });
    expect(connection).toMatchObject({ server: 'https://10.0.0.1', source: 'in-cluster', namespace: 'runners' });
    expect(await headers(connection)).toEqual({ authorization: 'Bearer of-the-pod' });
  });

  test.each([
    ['there is no token', inCluster, false],
    ['a variable is missing', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, true],
  ])('the kubeconfig is taken where %s', async (_, env, token) => {
    if (token) file('token', 'of-the-pod');
    const KUBECONFIG = kubeconfig('config', { server: 'http://10.8.8.8' }, {});
    const connection = await load({}, { env: { ...env, KUBECONFIG } });
    expect(connection).toMatchObject({
      server: 'http://10.8.8.8',
      source: `kubeconfig ${KUBECONFIG}, context main`,
      namespace: 'ci',
    });
  });

  test('~/.kube/config is the last', async () => {
    mkdirSync(join(folder, '.kube'));
    kubeconfig('.kube/config', { server: 'http://10.8.8.8' }, {});
    expect((await load({}, { env: { HOME: folder } })).server).toBe('http://10.8.8.8');
  });

  test('a kubeconfig of the command line comes before all', async () => {
    const path = kubeconfig('mine', { server: 'http://10.7.7.7' }, {});
    expect((await load({ host: 'http://10.9.9.9' }, { kubeconfig: path })).server).toBe('http://10.7.7.7');
  });

  test('an IPv6 address of the cluster gets its brackets', async () => {
    file('token', 't');
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
    expect((await load({}, { env })).server).toBe('https://[fd00::1]:6443');
  });

  test('nothing at all says what was looked for', async () => {
    expect(await problems({}, { env: { HOME: '/nowhere' } })).toEqual([
      ': no host is configured, podwright does not run in a cluster, and there is no /nowhere/.kube/config',
    ]);
    expect(await problems({})).toEqual([
      ': no host is configured, podwright does not run in a cluster, and neither KUBECONFIG nor HOME is set',
    ]);
  });
});

test('a context that is asked for needs a kubeconfig', async () => {
  expect(await problems({}, { context: 'test', env: { HOME: '/nowhere' } })).toEqual([
    ': context "test" is asked for, and there is no /nowhere/.kube/config',
  ]);
});

describe('a host', () => {
  test.each([
    ['10.0.0.1:6443', 'http://10.0.0.1:6443'],
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://rancher/k8s/clusters/c-1/', 'https://rancher/k8s/clusters/c-1'],
  ])('%s is %s', async (host, server) => {
    expect((await load({ host })).server).toBe(server);
  });

  test('without a scheme is https when there is a CA', async () => {
    expect((await load({ host: '10.0.0.1', ca_file: file('ca', authority.cert) })).server).toBe('https://10.0.0.1');
  });

  test.each(['ftp://10.0.0.1', 'http://', 'https://user:secret@10.0.0.1', 'https://10.0.0.1?x=1'])(
    '%s is refused',
    async (host) => {
      const [problem, ...more] = await problems({ host });
      expect(problem).toMatch(/^runners\.kubernetes\.host: must be a URL such as https/);
      expect(more).toEqual([]);
      expect(problem).not.toContain('secret');
    },
  );

  test('all that is wrong is said at once, with the path', async () => {
    expect(await problems({ host: 'http://', cert_file: '/no/cert' }, { base: 'runners[2].kubernetes' })).toEqual([
      'runners[2].kubernetes.host: must be a URL such as https://10.0.0.1:6443, without user name, password and query',
      "runners[2].kubernetes.cert_file: cannot read /no/cert: ENOENT: no such file or directory, open '/no/cert'",
      'runners[2].kubernetes.key_file: must be set, because cert_file is',
      'runners[2].kubernetes.ca_file: must be set, because cert_file is',
    ]);
  });

  test.each(['cert_file', 'key_file', 'ca_file'] as const)('%s that is a folder cannot be read', async (key) => {
    const files = {
      cert_file: file('c', client.cert),
      key_file: file('k', client.key),
      ca_file: file('a', authority.cert),
    };
    const [problem] = await problems({ host: 'https://10.0.0.1', ...files, [key]: folder });
    expect(problem).toContain(`runners.kubernetes.${key}: cannot read ${folder}: EISDIR`);
  });

  test('a key without a certificate is ignored', async () => {
    await expect(load({ host: 'http://10.0.0.1', key_file: '/no/key' })).resolves.toBeDefined();
  });

  test('a key that does not belong to the certificate is found before anything is sent', async () => {
    const cert_file = file('cert', client.cert);
    const key_file = file('key', makeIdentity(authority, 'other').key);
    const ca_file = file('ca', authority.cert);
    const [problem] = await problems({ host: 'https://10.0.0.1', cert_file, key_file, ca_file });
    expect(problem).toMatch(/^: cannot use the credentials: .*key values mismatch/);
  });
});

describe('a bearer token', () => {
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

  test('replaces the token file in a cluster', async () => {
    file('token', 'of-the-pod');
    expect(await headers(await load({}, { env, bearerToken: 'mine' }))).toEqual({ authorization: 'Bearer mine' });
    const asUser = await load({}, { env, bearerToken: '' });
    expect(await headers(asUser)).toEqual({ authorization: 'Bearer of-the-pod' });
    expect(await headers(asUser.withToken('mine'))).toEqual({ authorization: 'Bearer mine' });
    expect(await headers(asUser)).toEqual({ authorization: 'Bearer of-the-pod' });
  });

  test('replaces the one before it', async () => {
    const connection = await load({ host: 'http://10.0.0.1' }, { bearerToken: 'first' });
    expect(await headers(connection.withToken('second'))).toEqual({ authorization: 'Bearer second' });
  });

  test.each([
    ['a token', { token: 'other' }],
    ['a password', { username: 'admin', password: 'x' }],
    ['a program', { exec: { command: 'false', apiVersion: 'client.authentication.k8s.io/v1' } }],
    ['a certificate, which would come before it', { 'client-certificate': '/no/c', 'client-key': '/no/k' }],
    ['acting as somebody', { as: 'root', token: 'x' }],
  ])('replaces %s of the kubeconfig', async (_, user) => {
    const path = kubeconfig('config', { server: 'http://10.0.0.1' }, user);
    const connection = await load({}, { kubeconfig: path, bearerToken: 'mine' });
    const { headers: sent, tls } = await connection.credentials.current();
    expect({ sent, tls }).toEqual({ sent: { authorization: 'Bearer mine' }, tls: {} });
  });

  test('goes along with the certificate of a host', async () => {
    const files = {
      cert_file: file('c', client.cert),
      key_file: file('k', client.key),
      ca_file: file('a', authority.cert),
    };
    const connection = await load({ host: 'https://10.0.0.1', ...files }, { bearerToken: 'mine' });
    for (const [each, authorization] of [
      [connection, 'Bearer mine'],
      [connection.withToken('other'), 'Bearer other'],
    ] as const) {
      const access = await each.credentials.current();
      expect(access.headers).toEqual({ authorization });
      expect(access.tls.cert?.toString()).toBe(client.cert);
    }
  });
});

describe('a kubeconfig', () => {
  test.each<[string, object, object]>([
    ['a token', { token: 'abc' }, { authorization: 'Bearer abc' }],
    ['a token that looks like a number', { token: 12345 }, { authorization: 'Bearer 12345' }],
    ['a password', { username: 'admin', password: 'pass' }, { authorization: 'Basic YWRtaW46cGFzcw==' }],
    [
      'acting as somebody',
      { as: 'ci', 'as-uid': '7', 'as-groups': ['a', 'b'] },
      { 'impersonate-user': 'ci', 'impersonate-uid': '7', 'impersonate-group': ['a', 'b'] },
    ],
    ['nothing', {}, {}],
  ])('gives %s', async (_, user, expected) => {
    const path = kubeconfig('config', { server: 'http://10.0.0.1' }, user);
    expect(await headers(await load({}, { kubeconfig: path }))).toEqual(expected);
  });

  test('takes files from its own folder, and follows a token file that is replaced', async () => {
    file('my-token', 'first\n');
    const user = { token: 'old', tokenFile: 'my-token' };
    const connection = await load({}, { kubeconfig: kubeconfig('config', { server: 'http://10.0.0.1' }, user) });
    expect(await headers(connection)).toEqual({ authorization: 'Bearer first' });
    const first = await connection.credentials.current();
    connection.credentials.forget();
    expect(await connection.credentials.current()).toBe(first);
    file('my-token', 'second\n');
    connection.credentials.forget();
    expect(await headers(connection)).toEqual({ authorization: 'Bearer second' });
    rmSync(join(folder, 'my-token'));
    connection.credentials.forget();
    expect(await headers(connection)).toEqual({ authorization: 'Bearer second' });
  });

  test('asks the program that it names, from its own folder, and tells it the protocol', async () => {
    const script = `process.stdout.write(JSON.stringify({status: {token: JSON.parse(process.env.KUBERNETES_EXEC_INFO).apiVersion + process.env.MORE}}))`;
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', script],
      env: [{ name: 'MORE', value: '+' }],
    };
    const path = kubeconfig('config', { server: 'http://10.0.0.1' }, { exec });
    expect(await headers(await load({}, { kubeconfig: path }))).toEqual({
      authorization: 'Bearer client.authentication.k8s.io/v1+',
    });
  });

  test('says what a program that fails has to say', async () => {
    const exec = { command: process.execPath, args: ['-e', 'console.error("please log in"); process.exit(1)'] };
    const path = kubeconfig('config', { server: 'http://10.0.0.1' }, { exec });
    expect(await problems({}, { kubeconfig: path })).toEqual([': cannot use the credentials: please log in']);
  });

  test.each([
    ['no JSON', 'console.log("s3cret-token")'],
    ['another object', 'console.log("{}")'],
  ])('does not repeat what a program printed that answers with %s', async (_, script) => {
    const exec = { command: process.execPath, args: ['-e', script] };
    const path = kubeconfig('config', { server: 'http://10.0.0.1' }, { exec });
    const error = (await load({}, { kubeconfig: path }).catch((thrown: unknown) => thrown)) as ConfigError;
    expect(error.message).toContain('the exec plugin did not answer with an ExecCredential');
    expect(`${error.message} ${String(error.cause)}`).not.toContain('s3cret');
  });

  test('may leave values empty', async () => {
    const path = file(
      'config',
      `current-context: main
clusters: [{name: c, cluster: {server: 'http://10.0.0.1', proxy-url: }}]
users: [{name: u, user: }]
contexts: [{name: main, context: {cluster: c, user: u, namespace: }}]
`,
    );
    const connection = await load({}, { kubeconfig: path });
    expect(connection.namespace).toBeUndefined();
    expect(await headers(connection)).toEqual({});
  });

  test('is joined from several files, of which the first counts', async () => {
    const first = file(
      'first',
      JSON.stringify({ users: [{ name: 'u', user: { token: 'of-first' } }], clusters: null }),
    );
    const second = kubeconfig('second', { server: 'http://10.0.0.2' }, { token: 'of-second' });
    const connection = await load({}, { env: { KUBECONFIG: `${first}:/no/such:${second}` } });
    expect(connection.server).toBe('http://10.0.0.2');
    expect(await headers(connection)).toEqual({ authorization: 'Bearer of-first' });
  });

  test('has the context that is asked for', async () => {
    const contexts = [
      { name: 'main', context: { cluster: 'c', user: 'u' } },
      { name: 'test', context: { cluster: 'c', namespace: 'tests' } },
    ];
    const KUBECONFIG = kubeconfig('config', { server: 'http://10.0.0.1' }, { token: 'abc' }, { contexts });
    const connection = await load({ host: 'http://10.9.9.9' }, { context: 'test', env: { KUBECONFIG } });
    expect(connection).toMatchObject({ server: 'http://10.0.0.1', namespace: 'tests' });
    expect(await headers(connection)).toEqual({});
  });

  test.each<[string, object, string]>([
    ['an unknown context', { 'current-context': 'mian' }, ': unknown context "mian"; known are main'],
    ['no context', { 'current-context': '' }, ': no current context is set; known are main'],
    ['an unknown cluster', { clusters: [] }, ': context main: unknown cluster c'],
    ['an unknown user', { users: [] }, ': context main: unknown user u'],
    ['a cluster without a server', { clusters: [{ name: 'c', cluster: {} }] }, 'clusters[0].cluster.server: '],
    [
      'a server that is none',
      { clusters: [{ name: 'c', cluster: { server: 'x' } }] },
      ': the server of the cluster must',
    ],
    [
      'what is not supported',
      { users: [{ name: 'u', user: { 'as-user-extra': { a: ['b'] } } }] },
      'users[0].user.as-user-extra: is not supported',
    ],
    [
      'a proxy of another kind',
      { clusters: [{ name: 'c', cluster: { server: 'http://a', 'proxy-url': 'socks5://b' } }] },
      ': proxy-url must be a http or https URL',
    ],
  ])('with %s is refused', async (_, more, expected) => {
    const path = kubeconfig('config', { server: 'http://10.0.0.1' }, {}, more);
    const [problem] = await problems({}, { kubeconfig: path });
    expect(problem).toContain(expected);
  });

  test('that is asked for must be there', async () => {
    const [problem] = await problems({}, { kubeconfig: '/no/such' });
    expect(problem).toContain('ENOENT');
  });

  test.each([
    ['users:\n- token: "s3cret\n  : [', 'Missing closing "quote at line 3, column 6'],
    ['users:\n- token: *s3cret', 'Unresolved alias (the anchor must be set before the alias)'],
    ['users:\n- token: |s3cret\n', 'Block scalar header includes extra characters at line 2, column 11'],
    ['users: []\nusers: [s3cret]', 'Map keys must be unique at line 2, column 1'],
  ])('that is no YAML is refused without showing what is in it: %j', async (content, message) => {
    const path = file('config', content);
    const error = (await load({}, { kubeconfig: path }).catch((thrown: unknown) => thrown)) as ConfigError;
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.source).toBe(`kubeconfig ${path}`);
    expect(error.problems).toEqual([{ path: '', message, kind: 'invalid' }]);
    expect(String(error.cause)).not.toContain('s3cret');
  });

  test('with an odd tag is read, and nothing is printed of it', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const path = file('config', 'users: !s3cret []');
    await expect(load({}, { kubeconfig: path })).rejects.toThrow('no current context is set');
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

describe('TLS', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await ApiServer.start({
      ...serverIdentity,
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: false,
    });
    api.otherwise = json({ items: [] });
    api.onExec = (socket) => {
      socket.send(Buffer.from('\u0003{"status":"Success"}'));
      socket.close();
    };
  });

  afterEach(async () => {
    await api.close();
  });

  async function use(connection: Connection): Promise<unknown[]> {
    const cluster = createCluster(connection, { timing: quick });
    const { signal } = new AbortController();
    const target = { namespace: 'ci', pod: 'p', container: 'c' };
    const results = await Promise.allSettled([
      cluster.podWarnings('ci', 'p', signal),
      cluster.exec(target, ['true'], { signal }),
    ]);
    await cluster.close();
    return results.map((result): unknown => (result.status === 'fulfilled' ? result.value : result.reason));
  }

  test('a request and an exec get through with the right CA and a client certificate', async () => {
    const names: unknown[] = [];
    api.onTls = (socket) => names.push(socket.getPeerCertificate().subject.CN);
    const files = {
      cert_file: file('c', client.cert),
      key_file: file('k', client.key),
      ca_file: file('a', authority.cert),
    };
    expect(await use(await load({ host: api.url, ...files }))).toEqual([[], 0]);
    expect(names).toEqual(['runner', 'runner']);
  });

  test.each<[string, object]>([
    ['the data of a kubeconfig', { 'certificate-authority-data': Buffer.from(authority.cert).toString('base64') }],
    ['no check at all', { 'insecure-skip-tls-verify': true }],
  ])('they get through with %s', async (_, cluster) => {
    const path = kubeconfig('config', { server: api.url, ...cluster }, { token: 'abc' });
    expect(await use(await load({}, { kubeconfig: path }))).toEqual([[], 0]);
    expect(api.seen[0]?.headers.authorization).toBe('Bearer abc');
  });

  test('the name in the certificate may be another than that of the URL, if the kubeconfig says so', async () => {
    const cluster = {
      server: api.url,
      'certificate-authority': file('ca', authority.cert),
      'tls-server-name': 'cluster.test',
    };
    expect(await use(await load({}, { kubeconfig: kubeconfig('config', cluster, {}) }))).toEqual([[], 0]);
  });

  test.each<[string, () => object]>([
    ['a CA that did not sign it', () => ({ 'certificate-authority': file('ca', makeAuthority('other').cert) })],
    ['the CAs of the system', () => ({})],
    ['another name', () => ({ 'certificate-authority': file('ca', authority.cert), 'tls-server-name': 'other.test' })],
  ])('with %s nothing gets through, nothing is tried again, and the error says where to look', async (_, cluster) => {
    const path = kubeconfig('config', { server: api.url, ...cluster() }, { token: 'abc' });
    const expected = { code: 'CONNECTION_LOST', message: expect.stringContaining('check ca_file') as string };
    expect(await use(await load({}, { kubeconfig: path }))).toMatchObject([expected, expected]);
    expect(api.seen).toEqual([]);
  });

  test('a server that does not speak TLS is told apart from one that is away', async () => {
    const plain = await ApiServer.start();
    const connection = await load({ host: plain.url.replace('http:', 'https:') });
    expect(await use(connection)).toMatchObject([{ message: expect.stringContaining('check ca_file') as string }, {}]);
    await plain.close();
  });

  test('both go through the proxy of a kubeconfig', async () => {
    const tunnels: (string | undefined)[] = [];
    const sockets = new Set<Socket>();
    const proxy = createServer().on('connect', ({ url }, socket: Socket) => {
      tunnels.push(url);
      const { port } = new URL(api.url);
      const upstream = connect(Number(port), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      for (const one of [socket, upstream]) sockets.add(one.on('error', () => undefined));
      socket.pipe(upstream).pipe(socket);
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    const cluster = {
      server: api.url,
      'certificate-authority': file('ca', authority.cert),
      'proxy-url': `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    };
    expect(await use(await load({}, { kubeconfig: kubeconfig('config', cluster, { token: 'abc' }) }))).toEqual([[], 0]);
    expect(tunnels).toEqual([api.url.slice('https://'.length), api.url.slice('https://'.length)]);
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });

  test('a refused token is asked for anew, once', async () => {
    const plain = await ApiServer.start();
    const tokens: unknown[] = [];
    const tokenFile = file('t', 'old');
    plain.otherwise = (response, { headers: sent }) => {
      tokens.push(sent.authorization);
      writeFileSync(tokenFile, 'new');
      json({ items: [] }, sent.authorization === 'Bearer new' ? 200 : 401)(response, plain.seen[0]!);
    };
    const [warnings] = await use(await load({}, { kubeconfig: kubeconfig('c', { server: plain.url }, { tokenFile }) }));
    await plain.close();
    expect(warnings).toEqual([]);
    expect(tokens).toEqual(['Bearer old', 'Bearer new']);
  });
});
