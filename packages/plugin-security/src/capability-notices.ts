import type { ConfigNotice } from '@podwright/core';
import { oddityOfCapability } from './capability-names.ts';
import type { SecurityConfig } from './config.ts';

/** What the administrator should know about the capabilities, where they do not do what they seem to. */
export function capabilityNotices(config: SecurityConfig): ConfigNotice[] {
  const { cap_add, cap_drop, privileged } = config;
  const lists = [
    { key: 'cap_add', names: cap_add },
    { key: 'cap_drop', names: cap_drop },
  ].filter(({ names }) => names.length > 0);
  if (privileged === true) {
    const message = 'has no effect: privileged containers have all capabilities';
    return lists.map(({ key: path }) => ({ path, message }));
  }
  return [...lists.flatMap(({ key, names }) => oddities(key, names)), ...withoutEffect(config)];
}

function oddities(key: string, names: readonly string[]): ConfigNotice[] {
  return names.flatMap((name, i) => {
    const message = oddityOfCapability(name);
    return message === undefined ? [] : [{ path: `${key}[${i}]`, message }];
  });
}

function withoutEffect({ cap_add, cap_drop }: SecurityConfig): ConfigNotice[] {
  const isRawWanted = [...cap_add, ...cap_drop].includes('NET_RAW');
  return cap_add.flatMap((name, i) => {
    const path = `cap_add[${i}]`;
    if (cap_drop.includes(name)) {
      return [{ path, message: `${JSON.stringify(name)} has no effect: cap_drop names it too` }];
    }
    if (name !== 'ALL' || isRawWanted) return [];
    return [{ path, message: '"ALL" leaves out NET_RAW, which is dropped by default; add "NET_RAW" to have it too' }];
  });
}
