import type { JobContext } from '../job/context.ts';
import type { JobPaths } from '../job/paths.ts';
import type { Variables } from '../job/variables.ts';
import { freezeDeep } from '../freeze.ts';
import type { Container, EnvVar, Volume, VolumeMount } from '../kubernetes.ts';
import type { StageContainer } from '../plan.ts';
import type { PodSkeleton } from './build.ts';
import type { SecretDraft } from './draft.ts';
import { packFiles } from './pack-files.ts';

/** On every Pod of podwright; the shared watch selects by it. */
export const managedByLabel = { 'app.kubernetes.io/managed-by': 'podwright' } as const;

/**
 * Seconds that a Pod whose job has ended waits for a runner to read the rest of its log; after that the cluster stops it
 * by itself (`activeDeadlineSeconds`), so that a runner that never came back leaves nothing running.
 */
const adoptionSeconds = 3600;

export interface SkeletonOptions {
  /** Shared by all Pods of a runner's slot; the label `pod`. */
  readonly uniqueName: string;
  readonly podName: string;
  /** Files of `paths.jobDir`. */
  readonly files: ReadonlyMap<string, string>;
  /** Seconds that the job may take. */
  readonly timeoutSeconds: number;
  readonly commands: Readonly<Record<StageContainer, readonly string[]>>;
}

/** What every job's Pod has, whatever the plugins: two containers that run the plan, and the volumes they share. */
export function podSkeleton(job: JobContext, options: SkeletonOptions): PodSkeleton {
  const { executorConfig } = job.runner;
  const secrets = packFiles(options.files);
  const mounts = containerMounts(job.paths);
  const env = freezeDeep(containerEnv(job.variables));
  return {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: options.podName,
        namespace: job.namespace,
        labels: { pod: options.uniqueName, ...managedByLabel },
        annotations: {},
      },
      spec: {
        activeDeadlineSeconds: options.timeoutSeconds + startSeconds(executorConfig.poll_timeout) + adoptionSeconds,
        containers: [],
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: executorConfig.terminationGracePeriodSeconds,
        volumes: jobVolumes(options.podName, secrets),
      },
    },
    secrets,
    container({ name, role }): Container {
      const base = { name, volumeMounts: role === 'service' ? mounts.slice(0, 1) : [...mounts] };
      if (role === 'build') return { ...base, command: [...options.commands.build], env };
      if (role === 'helper') return { ...base, command: [...options.commands.helper] };
      return base;
    },
  };
}

/** How long a Pod may take to start, in seconds; the document's default is 180. */
export function startSeconds(pollTimeout: number): number {
  return pollTimeout > 0 ? pollTimeout : 180;
}

/** Holds passwords by its very nature, also where an administrator put it into the runner's `environment`. */
const secretByName = new Set(['DOCKER_AUTH_CONFIG']);

/**
 * The `env` of a container: public variables and the runner's own, each once. The scripts export the full list
 * themselves, so nothing secret need be in the Pod. `$` is doubled, as Kubernetes would resolve `$(NAME)` (trap T-9).
 */
export function containerEnv(variables: Variables): EnvVar[] {
  return variables
    .unique()
    .filter((v) => (v.public || v.internal) && !v.masked && !v.file && !secretByName.has(v.key))
    .map(({ key, value }) => ({ name: key, value: value.replaceAll('$', '$$$$') }));
}

function jobVolumes(pod: string, secrets: readonly SecretDraft[]): Volume[] {
  const sources = secrets.map(({ suffix }) => ({ secret: { name: `${pod}-${suffix}`, optional: false } }));
  return [
    { name: 'repo', emptyDir: {} },
    { name: 'podwright-control', emptyDir: {} },
    { name: 'podwright-job', projected: { sources, defaultMode: 0o444 } },
  ];
}

function containerMounts(paths: JobPaths): VolumeMount[] {
  return [
    { name: 'repo', mountPath: paths.buildsDir },
    { name: 'podwright-control', mountPath: paths.controlDir },
    { name: 'podwright-job', mountPath: paths.jobDir, readOnly: true },
  ];
}
