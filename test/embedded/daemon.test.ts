import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, vi } from 'vitest';
import type { DaemonPlace } from '../support/daemon-under-test.ts';
import { embeddedCluster, namespacesDenied } from '../support/embedded.ts';
import { daemonSuite } from '../suites/daemon.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const why = namespacesDenied ? ' (skipped: namespaces are denied here)' : '';
describe.skipIf(namespacesDenied)(`on the embedded cluster${why}`, () => {
  daemonSuite(embeddedPlace, 8);
});

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Containers see the programs of this machine; the helper program is run from this repository. */
async function embeddedPlace(): Promise<DaemonPlace> {
  const environment = await embeddedCluster('namespaces');
  const folder = await mkdtemp(join(tmpdir(), 'podwright-test-'));
  await mkdir(join(folder, 'cache'));
  await mkdir(join(folder, 'bin'));
  const helper = `exec '${process.execPath}' /podwright-source/packages/helper/bundle/main.js "$@"`;
  await writeFile(join(folder, 'bin/gitlab-runner-helper'), `#!/bin/sh\n${helper}\n`, { mode: 0o755 });
  return {
    host: '127.0.0.1',
    options: ['--kubeconfig', environment.kubeconfig],
    env: { PATH: process.env['PATH'] },
    toml: `image = "host"
      helper_image = "host"
      ${hostPath('cache', '/cache', join(folder, 'cache'))}
      ${hostPath('bin', '/podwright-bin', join(folder, 'bin'))}
      ${hostPath('source', '/podwright-source', repository)}`,
    variables: [{ key: 'PATH', value: `/podwright-bin:${process.env['PATH'] ?? ''}`, raw: true }],
    node: { image: 'host', program: process.execPath },
    leftovers: () => environment.leftovers(),
    async close() {
      await environment.close();
      await rm(folder, { recursive: true });
    },
  };
}

function hostPath(name: string, mountPath: string, path: string): string {
  return `[[runners.kubernetes.volumes.host_path]]
    name = "${name}"
    mount_path = "${mountPath}"
    host_path = "${path}"`;
}
