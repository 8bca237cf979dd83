import { describe } from 'vitest';
import type { DaemonPlace } from '../support/daemon-under-test.ts';
import { noCluster, realCluster, settings } from '../support/real-cluster.ts';
import { startJob } from '../support/start-job.ts';
import { daemonSuite } from '../suites/daemon.ts';

const skipped = noCluster || (settings.host === undefined ? 'skipped: PODWRIGHT_TEST_HOST is not set' : '');

describe.skipIf(skipped)(`on a real cluster${skipped && ` (${skipped})`}`, () => {
  daemonSuite(realPlace, 12);
});

async function realPlace(): Promise<DaemonPlace> {
  const environment = await realCluster();
  const { namespace } = environment;
  // The network of Pods, and with it the address of this machine there, may come up with the first Pod.
  await startJob(environment, { script: ['true'] }).result;
  return {
    host: settings.host ?? '',
    options: ['--kubeconfig', process.env['KUBECONFIG'] ?? ''],
    env: { PATH: process.env['PATH'] },
    toml: `namespace = "${namespace}"
      image = "${settings.image}"
      helper_image = "${settings.helperImage}"
      [[runners.kubernetes.volumes.host_path]]
      name = "cache"
      mount_path = "/cache"
      host_path = "/tmp/${namespace}"`,
    variables: [],
    unpullable: '127.0.0.1:5000/there-is-none:1',
    node: { image: settings.helperImage, program: 'node' },
    leftovers: () => environment.leftovers(),
    async close() {
      // The volume leaves its directory on the node, so a job has to take it away.
      const toml = `[[runners.kubernetes.volumes.host_path]]
        name = "tmp"
        mount_path = "/node/tmp"
        host_path = "/tmp"`;
      await startJob(environment, { script: [`rm -rf /node/tmp/${namespace}`], toml }).result;
      await environment.close();
    },
  };
}
