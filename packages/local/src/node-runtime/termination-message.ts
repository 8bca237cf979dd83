import { closeSync, openSync, readSync } from 'node:fs';
import type { Container } from 'kubernetes-types/core/v1.js';
import type { ContainerLog } from './container-log.ts';
import { terminationLog } from './container-plan.ts';
import { logStream } from './log-stream.ts';

/** Kubelet's limits. */
const longestMessage = 4096;
const logFallback = { lines: 80, bytes: 2048 };

/**
 * Reads a container's last words: its termination log or, when that is empty, the container failed and its policy is
 * `FallbackToLogsOnError`, the end of its log.
 */
export async function terminationMessage(
  container: Container,
  directory: string,
  log: ContainerLog,
  exitCode: number,
): Promise<string> {
  const message = beginning(terminationLog(directory));
  if (message !== '' || exitCode === 0 || container.terminationMessagePolicy !== 'FallbackToLogsOnError')
    return message;
  const options = { follow: false, timestamps: false, tailLines: logFallback.lines };
  let end = Buffer.alloc(0);
  for await (const chunk of logStream(log, options, new AbortController().signal)) {
    end = Buffer.concat([end, chunk]).subarray(-logFallback.bytes);
  }
  return end.toString();
}

function beginning(path: string): string {
  const buffer = Buffer.alloc(longestMessage);
  const fd = openSync(path, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer));
  } finally {
    closeSync(fd);
  }
}
