import type { Writable } from 'node:stream';
import type { Logger } from '@podwright/core';
import { pino } from 'pino';

/** Names for `--log-level`, from the most to the least. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof logLevels)[number];

/** A logger that writes one JSON object per line. */
export function createLogger(level: LogLevel, stream: Writable): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}
