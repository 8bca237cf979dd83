import type { Pod, PodSpec } from 'kubernetes-types/core/v1.js';
import { isDeepStrictEqual } from 'node:util';
import { validateContainers } from './containers.ts';
import { forbiddenField, invalidValue, type FieldProblem } from './field-problem.ts';
import { validateMetadata } from './metadata.ts';
import { dnsSubdomainRule } from './names.ts';
import { validateNetwork } from './network.ts';
import { validateScheduling } from './scheduling.ts';
import { validatePodSecurity } from './security.ts';
import { validateVolumes } from './volumes.ts';

const maxInt32 = 2_147_483_647;

/** What is wrong with a Pod, defaults filled in, beyond what its schema says. */
export function validatePod(pod: Pod): FieldProblem[] {
  const spec: PodSpec = pod.spec ?? { containers: [] };
  return [
    ...validateMetadata(pod.metadata ?? {}, dnsSubdomainRule),
    ...validateVolumes(spec.volumes),
    ...validateContainers(spec),
    ...deadlineProblems(spec.activeDeadlineSeconds),
    ...validatePodSecurity(spec),
    ...validateScheduling(spec),
    ...validateNetwork(spec),
  ];
}

/** What may not change in a Pod that exists: nearly all of its spec. */
export function validatePodUpdate(next: Pod, current: Pod): FieldProblem[] {
  if (isDeepStrictEqual(fixedPart(next, current), fixedPart(current, current))) return [];
  return [
    forbiddenField(
      'spec',
      'may not be changed, except for images of containers, `activeDeadlineSeconds`, and more `tolerations`',
    ),
  ];
}

function deadlineProblems(seconds: number | undefined): FieldProblem[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= maxInt32)) return [];
  return [invalidValue('spec.activeDeadlineSeconds', seconds, `must be between 1 and ${maxInt32}`)];
}

function fixedPart(pod: Pod, current: Pod): PodSpec {
  const { activeDeadlineSeconds: _deadline, tolerations = [], ...spec } = pod.spec ?? { containers: [] };
  const kept = current.spec?.tolerations ?? [];
  return {
    ...spec,
    containers: withoutImages(spec.containers),
    initContainers: withoutImages(spec.initContainers),
    tolerations: tolerations.filter((item) => kept.some((other) => isDeepStrictEqual(other, item))),
  };
}

function withoutImages(containers: PodSpec['containers'] = []): PodSpec['containers'] {
  return containers.map(({ image: _image, ...rest }) => rest);
}
