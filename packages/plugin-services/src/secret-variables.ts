import type { EnvVar, PodDraft } from '@podwright/core';
import type { Service } from './read-services.ts';

/** Puts the secret variables of services into a Secret, and references to it into their containers. */
export function addSecretVariables(draft: PodDraft, services: readonly Service[]): void {
  const withSecrets = services.filter(({ secrets }) => secrets.size > 0);
  if (withSecrets.length === 0) return;
  const data = withSecrets.flatMap(({ container, secrets }) =>
    [...secrets].map(([name, value]) => [secretKey(container, name), value] as const),
  );
  const secret = draft.addSecret({ suffix: 'services', data: Object.fromEntries(data) });
  for (const { container: name, secrets } of withSecrets) {
    const container = draft.pod.spec.containers.find((other) => other.name === name);
    if (!container) continue;
    const env = [...secrets.keys()].map((key): EnvVar => {
      return { name: key, valueFrom: { secretKeyRef: { name: secret, key: secretKey(name, key) } } };
    });
    container.env = [...(container.env ?? []), ...env];
  }
}

function secretKey(container: string, variable: string): string {
  return `${container}.${variable}`;
}
