import type { Logger } from '@podwright/core';

/** One line of a `FakeLogger`. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** The line's own fields and those of the `child` loggers above it. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A `Logger` that keeps its lines; children write into the same list. */
export interface FakeLogger extends Logger {
  readonly lines: readonly LoggedLine[];
}

/** Makes a `Logger` that writes nowhere. */
export function fakeLogger(): FakeLogger {
  return loggerInto([], {});
}

function loggerInto(lines: LoggedLine[], bindings: Record<string, unknown>): FakeLogger {
  const at = (level: LoggedLine['level']) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...bindings, ...fields }, message });
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => loggerInto(lines, { ...bindings, ...more }),
  };
}
