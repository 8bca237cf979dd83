import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';

export interface GitServer {
  /** Port on all addresses of this machine; the repository is `/group/project.git`. */
  readonly port: number;
  readonly sha: string;
  close(): Promise<void>;
}

/** Serves one small repository over plain HTTP (git's dumb protocol), on all addresses, so that Pods reach it. */
export async function startGitServer(files: Record<string, string>): Promise<GitServer> {
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
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sha,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(root, { recursive: true });
    },
  };
}

/** The part of a payload that clones from such a server. */
export function gitInfo(server: GitServer, host: string): Record<string, unknown> {
  return {
    repo_url: `http://gitlab-ci-token:job-token-of-the-test@${host}:${server.port}/group/project.git`,
    ref: 'main',
    sha: server.sha,
    ref_type: 'branch',
    refspecs: ['+refs/heads/main:refs/remotes/origin/main'],
  };
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8' });
}
