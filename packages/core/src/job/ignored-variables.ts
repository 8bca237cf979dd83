import type { Plugin } from '../plugin.ts';
import type { Variables } from './variables.ts';

/** A line for each variable of the job that would be listened to if its plugin were not left out. */
export function ignoredVariables(disabled: readonly Plugin[], variables: Variables): string[] {
  return disabled.flatMap(({ name: plugin, variables: declared }) =>
    variables
      .unique()
      .filter(({ key, value }) => value !== '' && declared.some(({ name }) => isNamed(key, name)))
      .map(({ key }) => `${key} is ignored: the plugin ${plugin} is disabled on this runner`),
  );
}

function isNamed(key: string, name: string): boolean {
  return name.endsWith('*') ? key.startsWith(name.slice(0, -1)) : key === name;
}
