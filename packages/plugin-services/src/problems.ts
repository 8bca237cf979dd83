import { hostNameRule, isDnsSubdomain, shownText, type Variables } from '@podwright/core';
import type { Service } from './read-services.ts';
import { isVariableName, variableNameRule } from './service-env.ts';
import type { WrittenService } from './written-services.ts';

/** What is wrong with services, apart from their ports; one sentence each, without a full stop. */
export function serviceProblems(services: readonly Service[], variables: Variables): string[] {
  const quoted = (text: string) => JSON.stringify(shownText(text, variables));
  return services.flatMap(({ written, image, hostNames }) => [
    ...(image === ''
      ? [`${where(written, 'name')} ${quoted(written.name)} is empty once its variables are replaced`]
      : []),
    ...hostNames
      .filter(({ name }) => !isDnsSubdomain(name))
      .map(({ name }) => `${where(written, 'alias')}: ${quoted(name)} is no host name: ${hostNameRule}`),
    ...written.variables
      .filter(({ key }) => !isVariableName(key))
      .map(({ key }) => `${where(written, 'variables')}: ${quoted(key)} is no name: ${variableNameRule}`),
  ]);
}

function where({ origin, path }: WrittenService, member: string): string {
  return `${path}.${member}${origin === 'config' ? " of this runner's configuration" : ''}`;
}
