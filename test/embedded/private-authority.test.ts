import { request as forward } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { gitInfo, startGitServer } from '../../bench/git-server.mjs';
import { makeAuthority, makeIdentity } from '../../packages/cluster/test/certificates.ts';
import { FakeGitLab } from '../../packages/gitlab/src/test-kit/fake-gitlab.ts';
import { run } from '../../packages/runner/src/run.ts';
import { Project } from '../../packages/runner/src/test-kit/project.ts';
import { TestIo } from '../../packages/runner/src/test-kit/test-io.ts';

/** One HTTPS server, for the API and for git, that lets only those in who have a certificate of the authority. */
async function startFront(identity: object, ports: { readonly api: number; readonly git: number }) {
  const server = createServer({ ...identity, requestCert: true }, (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const port = path.startsWith('/api/') ? ports.api : ports.git;
    const inner = forward({ port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    inner.on('error', () => response.destroy());
    request.pipe(inner);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

it('clones in a job from a GitLab of a private authority that wants a certificate', { timeout: 120_000 }, async () => {
  const authority = makeAuthority('private authority');
  const client = makeIdentity(authority, 'runner');
  const gitlab = await FakeGitLab.start();
  const git = await startGitServer({ 'hello.txt': 'hello from the repository\n' });
  const server = { ...makeIdentity(authority, 'server', ['127.0.0.1']), ca: authority.cert };
  const front = await startFront(server, { api: Number(new URL(gitlab.url).port), git: git.port });
  const project = new Project({
    'config.toml': `check_interval = 1
      [[runners]]
      name = "ci"
      url = "https://127.0.0.1:${front.port}"
      token = "${gitlab.runnerToken}"
      tls-ca-file = "ca.pem"
      tls-cert-file = "cert.pem"
      tls-key-file = "key.pem"
      [runners.kubernetes]
      image = "host"`,
    'ca.pem': authority.cert,
    'cert.pem': client.cert,
    'key.pem': client.key,
  });
  const io = new TestIo(project.dir, project.env);
  const status = run(['run', '--local', '--local-mode', 'processes'], io);

  const repository = gitInfo({ ...git, port: front.port }, '127.0.0.1');
  const job = gitlab.hand(['cat hello.txt "$CI_SERVER_TLS_KEY_FILE"', 'head -n 2 "$CI_SERVER_TLS_KEY_FILE"', 'env'], {
    git_info: { ...repository, repo_url: repository.repo_url.replace('http:', 'https:') },
    variables: [],
  });
  await expect.poll(() => job.status, { timeout: 90_000, interval: 50 }).toBe('success');
  const trace = job.trace.toString();
  expect(trace).toContain('hello from the repository\n');
  expect(trace).toMatch(/^CI_SERVER_TLS_CA_FILE=\//m);
  const [, secret = ''] = client.key.split('\n');
  expect(secret.length).toBeGreaterThan(30);
  expect(trace + io.stderr.text).not.toContain(secret);

  io.signal('SIGQUIT');
  expect(await status).toBe(0);
  front.close();
  await Promise.all([gitlab.close(), git.close()]);
  project.remove();
});
