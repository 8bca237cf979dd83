import type { JobLog } from '@podwright/core';

/** A `JobLog` that keeps its lines. */
export interface CollectingLog extends JobLog {
  /** In order, with their level: `warn: pull policy Always failed …`. */
  readonly lines: readonly string[];
}

/** Makes a `JobLog` without a trace behind it. */
export function collectingLog(): CollectingLog {
  const lines: string[] = [];
  return {
    lines,
    info: (text) => void lines.push(`info: ${text}`),
    warn: (text) => void lines.push(`warn: ${text}`),
    error: (text) => void lines.push(`error: ${text}`),
  };
}
