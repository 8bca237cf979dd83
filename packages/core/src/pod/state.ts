import type { ContainerStatus, Pod } from '../kubernetes.ts';
import type { FailureReason, JobFailure } from '../failure.ts';
import { containerHint, schedulingHint } from './pod-hints.ts';
import type { PodProblem } from './problem.ts';

/** Waiting reasons with which the kubelet says that an image cannot be had; it would go on trying for ever. */
const pullReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ImageInspectError',
]);
/** Waiting reasons that do not go away by waiting. */
const configReasons = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'CrashLoopBackOff',
  'PreStartHookError',
  'PostStartHookError',
]);
/** Terminated reasons of a container whose program was never started. */
const startReasons = new Set(['StartError', 'ContainerCannotRun']);
/** The containers that run the plan; any other may end without harm to the job. */
export const planContainers: ReadonlySet<string> = new Set(['build', 'helper']);

/** What is wrong with a Pod, or `undefined` when nothing is. Pure; `undefined` as a Pod means that it was deleted. */
export function podProblem(pod: Pod | undefined): PodProblem | undefined {
  if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) return deleted;
  const { status } = pod;
  if (status === undefined) return undefined;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return (
    firstOf(containers, (c) => waitingProblem(c)) ??
    firstOf(containers, (c) => startProblem(c)) ??
    endedProblem(pod) ??
    firstOf(containers, (c) => (planContainers.has(c.name) ? diedProblem(c, pod) : undefined))
  );
}

/** What is wrong with a Pod that did not start in time. */
export function startTimeoutProblem(pod: Pod | undefined, seconds: number): PodProblem {
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled?.status !== 'True') {
    const why = scheduled?.message ?? 'the scheduler gave no reason';
    return {
      kind: 'unschedulable',
      reason: scheduled?.reason ?? 'Pending',
      failure: failure('runner_system_failure', `no node took the Pod within ${seconds} s: ${why}`, {
        hint: schedulingHint(why),
      }),
    };
  }
  const why = waitingText(pod) ?? 'the kubelet gave no reason';
  return {
    kind: 'start_timeout',
    reason: 'Pending',
    failure: failure('runner_system_failure', `the Pod did not start within ${seconds} s: ${why}`, {
      hint: 'see the warnings above: often a Secret or ConfigMap is missing, a volume cannot be mounted, or an image is pulled slowly; poll_timeout is the limit',
    }),
  };
}

/** Whether a container's program runs. */
export function isRunning(pod: Pod | undefined, container: string): boolean {
  return pod?.status?.containerStatuses?.some((c) => c.name === container && c.state?.running !== undefined) ?? false;
}

/** What a Pod is waiting for, for the trace; `undefined` when it waits for nothing. */
export function waitingText(pod: Pod | undefined): string | undefined {
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled?.status === 'False') return scheduled.message ?? scheduled.reason;
  for (const container of [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])]) {
    const waiting = container.state?.waiting;
    if (waiting?.reason) return `container ${container.name}: ${waiting.reason}${detail(waiting.message)}`;
  }
  return undefined;
}

const deleted: PodProblem = Object.freeze({
  kind: 'pod_deleted',
  reason: 'Deleted',
  failure: failure('runner_system_failure', 'the Pod was deleted while the job was running', {
    hint: 'somebody, or a controller such as a node drain, deleted it; retry the job',
  }),
});

function waitingProblem({ name, image, state }: ContainerStatus): PodProblem | undefined {
  const waiting = state?.waiting;
  const reason = waiting?.reason ?? '';
  const text = detail(waiting?.message);
  const about = { container: name, image, reason };
  if (pullReasons.has(reason)) {
    return {
      ...about,
      kind: 'image_pull',
      failure: failure('image_pull_failure', `image ${image} of container ${name} cannot be pulled: ${reason}${text}`, {
        hint: 'check the name and tag, the registry credentials (DOCKER_AUTH_CONFIG, image_pull_secrets) and pull_policy',
      }),
    };
  }
  if (reason === 'InvalidImageName') {
    return {
      ...about,
      kind: 'image_name',
      failure: failure('runner_configuration_error', `"${image}" of container ${name} is no image name${text}`, {
        hint: 'a name looks like registry.example.com/group/image:tag; a variable in it may be empty',
      }),
    };
  }
  return configReasons.has(reason) ? configProblem(about, text) : undefined;
}

function startProblem({ name, image, state }: ContainerStatus): PodProblem | undefined {
  const ended = state?.terminated;
  if (!ended || !startReasons.has(ended.reason ?? '')) return undefined;
  return configProblem({ container: name, image, reason: ended.reason ?? '' }, detail(ended.message));
}

function configProblem(about: { container: string; image: string; reason: string }, text: string): PodProblem {
  const { container, image, reason } = about;
  const hint = containerHint(text);
  const noShell =
    planContainers.has(container) &&
    /executable file not found|no such file or directory/i.test(text) &&
    /\bsh\b/.test(text);
  return {
    ...about,
    kind: 'container_config',
    failure: noShell
      ? failure('runner_configuration_error', `image ${image} of container ${container} has no shell (sh)${text}`, {
          hint: 'scripts need sh in the image: use an image that has one, such as a -debug or -alpine variant',
        })
      : failure(
          'runner_configuration_error',
          `container ${container} (image ${image}) cannot be started: ${reason}${text}`,
          hint === undefined ? {} : { hint },
        ),
  };
}

function endedProblem(pod: Pod): PodProblem | undefined {
  const { phase, reason, message } = pod.status ?? {};
  const disrupted = condition(pod, 'DisruptionTarget');
  if (disrupted?.status === 'True') return podEnded(disrupted.reason ?? 'Disrupted', disrupted.message);
  if (phase === 'Failed' && reason) return podEnded(reason, message);
  if (phase !== 'Failed' && phase !== 'Succeeded') return undefined;
  const died = firstOf(pod.status?.containerStatuses ?? [], (c) =>
    planContainers.has(c.name) ? diedProblem(c, pod) : undefined,
  );
  return died ?? podEnded(phase, message);
}

function podEnded(reason: string, message: string | undefined): PodProblem {
  return {
    kind: 'pod_ended',
    reason,
    failure: failure('runner_system_failure', `the Pod ended: ${reason}${detail(message)}`, {
      hint:
        reason === 'Evicted'
          ? 'the node ran short of a resource: request what the job needs, or retry it'
          : 'retry the job',
    }),
  };
}

function diedProblem({ name, image, state }: ContainerStatus, pod: Pod): PodProblem | undefined {
  const ended = state?.terminated;
  if (!ended) return undefined;
  const reason = ended.reason ?? 'Error';
  const about = { kind: 'container_died', container: name, image, reason } as const;
  if (reason !== 'OOMKilled') {
    const code = ended.exitCode > 128 ? `signal ${ended.exitCode - 128}` : `exit code ${ended.exitCode}`;
    const message = `container ${name} died in the middle of the job: ${reason}, ${code}${detail(ended.message)}`;
    return {
      ...about,
      failure: failure('runner_system_failure', message, {
        hint: 'something outside the job killed it; retry the job',
      }),
    };
  }
  const limit = pod.spec?.containers.find((c) => c.name === name)?.resources?.limits?.['memory'];
  const of = limit === undefined ? '' : `, whose memory limit is ${limit}`;
  return { ...about, failure: outOfMemory(`container ${name}${of}`, name) };
}

/** The failure of a job whose process or container the kernel killed for lack of memory. */
export function outOfMemory(what: string, container: string): JobFailure {
  const key = { helper: 'helper_memory_limit', build: 'memory_limit' }[container] ?? 'service_memory_limit';
  return failure('runner_system_failure', `out of memory (OOMKilled): ${what}`, {
    hint: `let the job use less memory, or raise ${key} (a job may set KUBERNETES_${key.toUpperCase()} where that is allowed)`,
  });
}

function condition(pod: Pod | undefined, type: string) {
  return pod?.status?.conditions?.find((c) => c.type === type);
}

function detail(message: string | undefined): string {
  return message ? `: ${message}` : '';
}

function failure(reason: FailureReason, message: string, more: { hint?: string } = {}): JobFailure {
  return { state: 'failed', reason, message, ...more };
}

function firstOf<T, R>(items: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = of(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
