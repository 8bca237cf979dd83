import { Writable } from 'node:stream';
import type { Config, Logger } from '@podwright/core';
import { pino } from 'pino';
import type { Output } from './io.ts';

/** `log_level` and `log_format` of `config.toml`. */
export interface DaemonLogOptions {
  readonly level: Config['log_level'];
  readonly format: Config['log_format'];
}

/** Where pino has another name. */
const names: Partial<Record<Config['log_level'], string>> = { warning: 'warn', panic: 'fatal' };

/** The daemon's log: JSON lines, or lines for people (`runner` and `text` are the same). */
export function createDaemonLogger({ level, format }: DaemonLogOptions, stream: Output): Logger {
  const options = {
    level: names[level] ?? level,
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
