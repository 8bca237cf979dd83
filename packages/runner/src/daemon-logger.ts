import { Writable } from 'node:stream';
import type { Logger } from '@podwright/core';
import { pino } from 'pino';
import type { Output } from './io.ts';

/** `log_level` and `log_format` of `config.toml`. */
export interface DaemonLogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'panic';
  readonly format: 'runner' | 'text' | 'json';
}

/** The daemon's log: JSON lines, or lines for people (`runner` and `text` are the same). */
export function createDaemonLogger({ level, format }: DaemonLogOptions, stream: Output): Logger {
  const options = {
    level: level === 'panic' ? 'fatal' : level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, format === 'json' ? stream : asText(stream));
}

/** `2026-01-31T12:00:00.000Z INFO  job started  job=7 runner=ci` */
function asText(stream: Output): Writable {
  return new Writable({
    write(line: Buffer, _encoding, done) {
      const { time, level, msg, ...fields } = JSON.parse(line.toString()) as Record<string, unknown>;
      const shown = Object.entries(fields).map(([key, value]) => ` ${key}=${valueText(value)}`);
      const separator = shown.length === 0 ? '' : ' ';
      stream.write(
        `${String(time)} ${String(level).toUpperCase().padEnd(5)} ${String(msg)}${separator}${shown.join('')}\n`,
      );
      done();
    },
  });
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text);
}
