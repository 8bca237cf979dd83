import type { JobContext } from '../job/context.ts';
import type { JobPaths } from '../job/paths.ts';
import { freezeDeep } from '../freeze.ts';
import type { Container, Volume, VolumeMount } from '../kubernetes.ts';
import type { StageContainer } from '../plan.ts';
import type { PodSkeleton } from './build.ts';
import type { SecretDraft } from './draft.ts';
import { labelsOfManager, managedByLabel, podLabel, type RunnerManager } from './labels.ts';
import { packFiles } from './pack-files.ts';

/**
 * Seconds that a Pod whose job has ended waits for a runner to read the rest of its log; after that the cluster stops it
 * by itself (`activeDeadlineSeconds`), so that a runner that never came back leaves nothing running.
 */
const adoptionSeconds = 3600;

/** Where the sources are; has this name in GitLab Runner, too. */
const buildsVolume = 'repo';

export interface SkeletonOptions {
  /** Shared by all Pods of a runner's slot; the label `pod`. */
  readonly uniqueName: string;
  readonly podName: string;
  /** Absent where nobody sweeps. */
  readonly manager?: RunnerManager | undefined;
  /** Files of `paths.jobDir`. */
  readonly files: ReadonlyMap<string, string>;
  /** Seconds that the job may take. */
  readonly timeoutSeconds: number;
  readonly commands: Readonly<Record<StageContainer, readonly string[]>>;
}

/**
 * What every job's Pod has, whatever the plugins: two containers that run the plan, and the volumes they share. What
 * nobody adds to is frozen, so that it is not compared at each tap.
 */
export function podSkeleton(job: JobContext, options: SkeletonOptions): PodSkeleton {
  const { executorConfig } = job.runner;
  const secrets = packFiles(options.files);
  const isFree = (mount: VolumeMount) => !job.claimedPaths.has(mount.mountPath);
  const mounts = freezeDeep(containerMounts(job.paths).filter(isFree));
  const { shown: env } = job.variables.environment;
  const commands = freezeDeep({ build: [...options.commands.build], helper: [...options.commands.helper] });
  return {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: options.podName,
        namespace: job.namespace,
        labels: {
          pod: options.uniqueName,
          ...managedByLabel,
          [podLabel]: options.podName,
          ...(options.manager && labelsOfManager(options.manager, job.payload.id)),
        },
        annotations: {},
      },
      spec: {
        activeDeadlineSeconds: options.timeoutSeconds + startSeconds(executorConfig.poll_timeout) + adoptionSeconds,
        containers: [],
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: executorConfig.terminationGracePeriodSeconds,
        volumes: jobVolumes(options.podName, secrets)
          .filter(({ name }) => mounts.some((mount) => mount.name === name))
          .map(freezeDeep),
      },
    },
    secrets,
    container({ name, role }): Container {
      const volumeMounts = mounts.filter((mount) => role !== 'service' || mount.name === buildsVolume);
      if (role === 'build') return { name, volumeMounts, command: commands.build, env };
      if (role === 'helper') return { name, volumeMounts, command: commands.helper };
      return { name, volumeMounts };
    },
  };
}

/** How long a Pod may take to start, in seconds; the document's default is 180. */
export function startSeconds(pollTimeout: number): number {
  return pollTimeout > 0 ? pollTimeout : 180;
}

function jobVolumes(pod: string, secrets: readonly SecretDraft[]): Volume[] {
  const sources = secrets.map(({ suffix }) => ({ secret: { name: `${pod}-${suffix}`, optional: false } }));
  return [
    { name: buildsVolume, emptyDir: {} },
    { name: 'podwright-control', emptyDir: {} },
    { name: 'podwright-job', projected: { sources, defaultMode: 0o444 } },
  ];
}

function containerMounts(paths: JobPaths): VolumeMount[] {
  return [
    { name: buildsVolume, mountPath: paths.buildsDir },
    { name: 'podwright-control', mountPath: paths.controlDir },
    { name: 'podwright-job', mountPath: paths.jobDir, readOnly: true },
  ];
}
