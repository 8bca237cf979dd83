import { JobRejectedError, definePlugin, stateKey, type Plugin } from '@podwright/core';
import { configSchema } from './config.ts';
import { dependOnJob, expandVolumes, jobVolumes, type JobVolumes } from './job-volumes.ts';
import { readVolumes } from './read-volumes.ts';
import { expansionProblems, ownVolumeProblems, warnOfSecrets } from './volume-problems.ts';

const name = 'volumes';

/** Mounts the configured volumes into every container of a job. */
export const volumesPlugin: Plugin = definePlugin({
  name,
  core: '0.x',
  configSchema,
  apply({ hooks, config }) {
    const written = readVolumes(config.volumes);
    if (written.length === 0) return;
    const fixed = dependOnJob(written) ? undefined : jobVolumes(written);
    const ofJob = stateKey<{ volumes: JobVolumes }>('volumes of the job', () => ({
      volumes: fixed ?? { volumes: [], mounts: [] },
    }));

    hooks.prepare.tap(name, (job) => {
      const { variables, paths, log } = job;
      const expanded = fixed ? written : expandVolumes(written, variables);
      refuse([...expansionProblems(written, expanded, variables), ...ownVolumeProblems(expanded, paths)]);
      warnOfSecrets(written, expanded, variables, log);
      const volumes = fixed ?? jobVolumes(expanded);
      for (const { mount } of volumes.mounts) job.claimMountPath(mount.mountPath);
      job.state(ofJob).volumes = volumes;
    });

    hooks.buildContainer.tap(name, (container, job) => {
      for (const { mount, cause } of job.state(ofJob).volumes.mounts) container.addMount(mount, cause);
    });

    hooks.buildPod.tap(name, (draft, job) => {
      for (const { volume, cause } of job.state(ofJob).volumes.volumes) draft.addVolume(volume, cause);
    });
  },
});

/** @throws JobRejectedError with all problems */
function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new JobRejectedError(problems.join('; '), {
    hint: "the volumes are in this runner's configuration; variables of the job may be in their paths and names",
  });
}
