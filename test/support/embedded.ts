import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostProcessNode, startEmbeddedCluster, type HostProcessNode } from '@podwright/local';
import { defaultPaths, type TestEnvironment } from './environment.ts';
import { kubeEnvironment } from './kube-environment.ts';

const unshare = [
  '--mount',
  '--pid',
  '--uts',
  '--fork',
  ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
  'true',
];

/** Whether this machine does not let containers have namespaces of their own. */
export const namespacesDenied: boolean = spawnSync('unshare', unshare).status !== 0;

/** An embedded cluster that runs containers as processes of this machine. */
export async function embeddedCluster(
  mode: 'namespaces' | 'processes',
): Promise<TestEnvironment & { readonly kubeconfig: string }> {
  const root = await mkdtemp(join(tmpdir(), 'podwright-embedded-'));
  const embedded = await startEmbeddedCluster<HostProcessNode>({ node: hostProcessNode({ mode, root }) });
  let jobs = 0;
  const environment = await kubeEnvironment({
    name: `the embedded cluster, ${mode}`,
    kubeconfig: embedded.kubeconfigPath,
    namespace: 'default',
    image: 'host',
    helperImage: 'host',
    paths: () => (mode === 'namespaces' ? defaultPaths : under(join(root, `job-${(jobs += 1)}`))),
    async killContainer(pod, container) {
      embedded.node.killContainer({ namespace: 'default', pod, container }, 'SIGKILL');
    },
  });
  return {
    ...environment,
    kubeconfig: embedded.kubeconfigPath,
    async close() {
      await environment.close();
      await embedded.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Paths that plain processes can have: all below one folder. */
function under(root: string) {
  return Object.fromEntries(
    Object.entries(defaultPaths).map(([name, path]) => [name, join(root, path)]),
  ) as unknown as typeof defaultPaths;
}
