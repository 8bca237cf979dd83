import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';

/**
 * Serves one small repository over plain HTTP (git's dumb protocol), on all addresses, so that Pods reach it as
 * `/group/project.git`.
 * @param {Record<string, string>} files name to content
 * @returns {Promise<{ port: number, sha: string, close(): Promise<void> }>}
 */
export async function startGitServer(files) {
  const root = await mkdtemp(join(tmpdir(), 'podwright-git-'));
  const work = join(root, 'work');
  git(root, 'init', '-q', '-b', 'main', work);
  for (const [name, content] of Object.entries(files)) await writeFile(join(work, name), content, { mode: 0o755 });
  git(work, 'add', '-A');
  git(work, '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'first');
  const sha = git(work, 'rev-parse', 'HEAD').trim();
  const bare = join(root, 'group', 'project.git');
  git(root, 'clone', '-q', '--bare', work, bare);
  git(bare, 'update-server-info');

  const server = createServer((request, response) => {
    const path = join(root, normalize(new URL(request.url ?? '/', 'http://x').pathname));
    stat(path).then(
      (found) => {
        if (!found.isFile()) throw new Error('not a file');
        createReadStream(path).pipe(response);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, () => resolve(undefined)));
  return {
    port: server.address().port,
    sha,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(root, { recursive: true });
    },
  };
}

/**
 * The part of a payload that clones from such a server.
 * @param {{ port: number, sha: string }} server
 * @param {string} host
 */
export function gitInfo(server, host) {
  return {
    repo_url: `http://gitlab-ci-token:job-token-of-the-test@${host}:${server.port}/group/project.git`,
    ref: 'main',
    sha: server.sha,
    ref_type: 'branch',
    refspecs: ['+refs/heads/main:refs/remotes/origin/main'],
  };
}

/** @param {string} cwd @param {string[]} args */
function git(cwd, ...args) {
  return execFileSync('git', args, { cwd, encoding: 'utf8' });
}
