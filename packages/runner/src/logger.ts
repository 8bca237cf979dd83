import type { Writable } from 'node:stream';
import type { Logger } from '@podwright/core';
import { pino } from 'pino';
import type { LogLevel } from './log-level.ts';

/** A logger that writes one JSON object per line. */
export function createLogger(level: LogLevel, stream: Writable): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}
