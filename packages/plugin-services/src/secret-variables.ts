import type { ContainerDraft, PodDraft } from '@podwright/core';
import type { Service } from './read-services.ts';

const suffix = 'services';

/** References to the secret variables of a service, in its container. */
export function referToSecrets(container: ContainerDraft, { secrets }: Service): void {
  if (secrets.size === 0) return;
  const name = container.secretName(suffix);
  const env = [...secrets.keys()].map((variable) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name, key: secretKey(container.name, variable) } },
  }));
  container.spec.env = [...(container.spec.env ?? []), ...env];
}

/** Puts the secret variables of all services into one Secret. */
export function addSecret(draft: PodDraft, services: readonly Service[]): void {
  const data = services.flatMap(({ container, secrets }) =>
    [...secrets].map(([name, value]) => [secretKey(container, name), value] as const),
  );
  if (data.length > 0) draft.addSecret({ suffix, data: Object.fromEntries(data) });
}

function secretKey(container: string, variable: string): string {
  return `${container}.${variable}`;
}
