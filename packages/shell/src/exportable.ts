/** Names that some shell keeps to itself: it lets nobody change them, or takes only certain values. */
const shellOwned = new Set([
  'BASHOPTS',
  'BASH_COMPAT',
  'BASH_VERSINFO',
  'EUID',
  'HISTCMD',
  'OPTIND',
  'PPID',
  'RANDOM',
  'SHELLOPTS',
  'UID',
]);

/**
 * Whether a variable of that name can be exported by every shell. Others are left out, with a line in the trace:
 * refusing the job would be too much, as nothing in it may need the variable.
 */
export function isExportable(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && !shellOwned.has(key);
}
