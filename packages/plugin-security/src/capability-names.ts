/** Linux' capabilities, and the word for all of them. */
const known: ReadonlySet<string> = new Set([
  'ALL',
  'AUDIT_CONTROL',
  'AUDIT_READ',
  'AUDIT_WRITE',
  'BLOCK_SUSPEND',
  'BPF',
  'CHECKPOINT_RESTORE',
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'IPC_LOCK',
  'IPC_OWNER',
  'KILL',
  'LEASE',
  'LINUX_IMMUTABLE',
  'MAC_ADMIN',
  'MAC_OVERRIDE',
  'MKNOD',
  'NET_ADMIN',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_RAW',
  'PERFMON',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYSLOG',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_CHROOT',
  'SYS_MODULE',
  'SYS_NICE',
  'SYS_PACCT',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'WAKE_ALARM',
]);

/**
 * Why a capability cannot be written so; nothing when it can. Container runtimes leave out a name with a prefix without a
 * word, and a capability that only seems to be dropped is worse than a configuration that is refused.
 */
export function problemOfCapability(name: string): string | undefined {
  if (name === '') return 'must be the name of a capability, such as "SYS_TIME"';
  if (!/^cap_/i.test(name)) return undefined;
  return `${JSON.stringify(name)} must be written without its prefix: ${JSON.stringify(name.slice(4).toUpperCase())}`;
}

/** What is odd about a capability that can be sent all the same; nothing when it is well-known. */
export function oddityOfCapability(name: string): string | undefined {
  if (known.has(name)) return undefined;
  const upper = name.toUpperCase();
  return known.has(upper)
    ? `${JSON.stringify(name)} is not taken for ${JSON.stringify(upper)} here, though the cluster may do so; write it in upper case`
    : `${JSON.stringify(name)} is no capability that podwright knows; the cluster ignores names that it does not know`;
}
