import { freezeDeep } from '../freeze.ts';
import type { ExecutorHooks } from '../hooks.ts';
import type { JobContext } from '../job/context.ts';
import type { Container, Pod } from '../kubernetes.ts';
import { ContainerUnderWork } from './container-under-work.ts';
import type { BuiltPod, ContainerDeclaration, PodDraft, SecretDraft } from './draft.ts';
import { PodUnderWork } from './pod-under-work.ts';

/** What core itself puts into a Pod before any plugin is asked. */
export interface PodSkeleton {
  /** The Pod without its containers. */
  readonly pod: PodDraft['pod'];
  /** The start of each container. */
  container(declaration: ContainerDeclaration): Container;
  readonly secrets: readonly SecretDraft[];
}

/**
 * Builds one Pod: core's skeleton, then each container, then the Pod around them, patches, and validation of the
 * frozen result. Same input, same Pod.
 */
export async function buildPod(hooks: ExecutorHooks, job: JobContext, skeleton: PodSkeleton): Promise<BuiltPod> {
  const draft = new PodUnderWork(skeleton, job);
  const containers: ContainerUnderWork[] = [];
  for (const declaration of job.containers) {
    const container = new ContainerUnderWork(declaration, skeleton, job);
    containers.push(container);
    await hooks.buildContainer.promise(container, job);
  }
  await hooks.buildPod.promise(draft, job);
  draft.join(containers);
  await hooks.mutatePod.promise(draft, job);
  const pod: Pod = freezeDeep(draft.pod);
  if (hooks.validatePod.isUsed()) await hooks.validatePod.promise(pod, job);
  return draft.finish(pod);
}
