import type { Readable, Writable } from 'node:stream';

/** A place for output; `isTTY` as Node sets it on terminals. */
export type Output = Writable & { readonly isTTY?: boolean };

/** Where answers come from; `isTTY` as Node sets it on terminals. */
export type Input = Readable & { readonly isTTY?: boolean };

/** All that the command has of the world around it. Tests give their own. */
export interface Io {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the current directory. */
  readonly cwd: string;
  /** Calls back at each Ctrl-C, SIGTERM and SIGHUP. @returns stop */
  onInterrupt(listener: () => void): () => void;
  /** Calls back at each of these signals. @returns stop */
  onSignal(signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void): () => void;
  /** Ends the process at once, with whatever is still under way. */
  leave(status: number): void;
}

/** The world of this process. */
export function processIo(): Io {
  return {
    // Looked up when it is used: merely to have it keeps a process from ending.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    onInterrupt: (listener) => onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], listener),
    onSignal,
    leave: (status) => process.exit(status),
  };
}

function onSignal(signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
