import type { ContainerStatus, Pod } from '../kubernetes.ts';
import { planContainers } from './state.ts';

/** A line for each container beside build and helper that failed by now: the job may have failed for lack of it. */
export function failedServices(pod: Pod | undefined): string[] {
  return (pod?.status?.containerStatuses ?? []).flatMap(({ name, image, state }) => {
    const ended = state?.terminated;
    if (planContainers.has(name) || ended === undefined || ended.exitCode === 0) return [];
    return [`Container ${name} (image ${image}) ended while the job ran: ${endOf(ended)}`];
  });
}

function endOf({
  exitCode,
  reason,
  message,
}: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>): string {
  if (reason === 'OOMKilled') return 'it needed more memory than its limit allows (OOMKilled)';
  const text = message?.trim().slice(0, 200) ?? '';
  return `exit code ${exitCode}${text === '' ? '' : `: ${text}`}`;
}
