import type { Writable } from 'node:stream';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** How much is said; GitLab's other names are taken for the nearest of these. */
export type LogLevel = (typeof levels)[number];

/** Lines for the job's log. */
export type Log = Readonly<Record<LogLevel, (message: string) => void>>;

const reset = '\u001B[0;m';
/** Colours as the rest of the job's log has them: nobody could ask a terminal. */
const styles: Readonly<Record<LogLevel, readonly [start: string, end: string]>> = {
  debug: ['', ''],
  info: ['', ''],
  warn: ['\u001B[0;33mWARNING: ', reset],
  error: ['\u001B[31;1mERROR: ', reset],
};

/** A log that writes one line per message, from `level` up. */
export function createLog(stream: Writable, level: LogLevel): Log {
  const write = (at: LogLevel) => (message: string) => {
    if (levels.indexOf(at) < levels.indexOf(level)) return;
    const [start, end] = styles[at];
    stream.write(`${start}${message}${end}\n`);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** The level of one of GitLab's names for it, in any case; undefined for other words. */
export function parseLogLevel(name: string): LogLevel | undefined {
  const names: Readonly<Record<string, LogLevel>> = {
    trace: 'debug',
    debug: 'debug',
    info: 'info',
    warn: 'warn',
    warning: 'warn',
    error: 'error',
    fatal: 'error',
    panic: 'error',
  };
  const lower = name.toLowerCase();
  return Object.hasOwn(names, lower) ? names[lower] : undefined;
}
