import type { JobContext } from '../job/context.ts';
import type { JobPaths } from '../job/paths.ts';
import { isPublic, type Variables } from '../job/variables.ts';
import { freezeDeep } from '../freeze.ts';
import type { Container, EnvVar, Volume, VolumeMount } from '../kubernetes.ts';
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
  const env = containerEnv(job.variables);
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
      const base = { name, volumeMounts: mounts.filter((mount) => role !== 'service' || mount.name === buildsVolume) };
      if (role === 'build') return { ...base, command: commands.build, env };
      if (role === 'helper') return { ...base, command: commands.helper };
      return base;
    },
  };
}

/** How long a Pod may take to start, in seconds; the document's default is 180. */
export function startSeconds(pollTimeout: number): number {
  return pollTimeout > 0 ? pollTimeout : 180;
}

/** Public variables and the runner's own, each once, by whether a Pod may show them. */
interface Environment {
  readonly shown: EnvVar[];
  readonly hidden: ReadonlyMap<string, string>;
}

/** Those that were asked for, as containers share theirs. */
const environments = new WeakMap<Variables, Environment>();

/**
 * The `env` of a container: public variables and the runner's own, each once, but for `hiddenEnv`. The scripts export the
 * full list themselves, so nothing secret need be in the Pod. `$` is doubled, as Kubernetes would resolve `$(NAME)` (trap
 * T-9). Frozen, as containers share it.
 */
export function containerEnv(variables: Variables): EnvVar[] {
  return environmentOf(variables).shown;
}

/**
 * Public variables with something in their values that is not: by name, as they are. A container that runs no script of
 * the job's gets them through a Secret.
 */
export function hiddenEnv(variables: Variables): ReadonlyMap<string, string> {
  return environmentOf(variables).hidden;
}

function environmentOf(variables: Variables): Environment {
  const known = environments.get(variables);
  if (known) return known;
  const shown: EnvVar[] = [];
  const hidden = new Map<string, string>();
  for (const variable of variables.unique()) {
    const { key: name, value } = variable;
    if (!isPublic(variable)) continue;
    if (variables.isHidden(variable)) hidden.set(name, value);
    else shown.push({ name, value: value.includes('$') ? value.replaceAll('$', '$$$$') : value });
  }
  const environment = { shown: freezeDeep(shown), hidden };
  environments.set(variables, environment);
  return environment;
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
