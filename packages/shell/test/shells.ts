import { spawnSync } from 'node:child_process';

/** A shell under which the supervisor must work, as the beginning of a command line. */
export interface TestShell {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Why it cannot be tested on this machine. */
  readonly missing?: string;
}

/** Vitest reports those that this machine has not as skipped, by their name. */
export const bash = shell('bash', ['bash']);
export const dash = shell('dash', ['dash']);
export const busybox = shell('busybox sh', ['busybox', 'sh']);
export const shells: readonly TestShell[] = [bash, dash, busybox];

/** What `unshare` must be given for a PID namespace of its own; undefined where that is denied. */
export function pidNamespace(): readonly string[] | undefined {
  const common = ['--pid', '--fork', '--mount-proc', '--kill-child'];
  return [common, ['--user', '--map-root-user', ...common]].find(
    (options) => spawnSync('unshare', [...options, 'true']).status === 0,
  );
}

function shell(name: string, command: readonly [string, ...string[]]): TestShell {
  const [program, ...args] = command;
  if (spawnSync(program, [...args, '-c', ':']).status === 0) return { name, command };
  return { name: `${name} (skipped: ${program} is not installed)`, command, missing: program };
}
