import { freezeDeep, type Capabilities, type Cause, type Explained } from '@podwright/core';
import type { SecurityConfig } from './config.ts';

/** Dropped unless asked for: with it, a container can pretend to be another one on its network. */
const dropped = 'NET_RAW';

/**
 * The capabilities of a container: frozen, sorted, each name once; a list that would be empty is absent. `cap_drop` wins over
 * `cap_add`, which wins over what is dropped by default. `ALL` is a name like the others here.
 */
export function containerCapabilities({ cap_add, cap_drop }: SecurityConfig): Explained<Capabilities> {
  const add = firstCauses('cap_add', cap_add);
  const drop = firstCauses('cap_drop', cap_drop);
  for (const name of drop.keys()) add.delete(name);
  if (!add.has(dropped) && !drop.has(dropped)) drop.set(dropped, { because: 'dropped unless cap_add names it' });

  const capabilities: Capabilities = {};
  const causes = new Map<string, Cause>();
  for (const [list, names] of [
    ['add', add],
    ['drop', drop],
  ] as const) {
    const sorted = [...names].toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (sorted.length > 0) capabilities[list] = sorted.map(([name]) => name);
    for (const [i, [, cause]] of sorted.entries()) causes.set(`securityContext.capabilities.${list}[${i}]`, cause);
  }
  return { value: freezeDeep(capabilities), causes };
}

/** Each name once, with the place where it stands first. */
function firstCauses(key: string, names: readonly string[]): Map<string, Cause> {
  const causes = new Map<string, Cause>();
  for (const [i, name] of names.entries()) if (!causes.has(name)) causes.set(name, { config: `${key}[${i}]` });
  return causes;
}
