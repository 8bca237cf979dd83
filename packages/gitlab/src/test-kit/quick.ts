import type { Logger } from '@podwright/core';
import type { RunnerInfo } from '../runner-info.ts';
import type { CoordinatorTiming } from '../timing.ts';
import type { TraceSettings } from '../trace-settings.ts';

/** As short as tests can have it. */
export const quickTiming: Partial<CoordinatorTiming> = { backoffMin: 1, backoffMax: 2, repeat: 20_000 };
export const quickSettings: Partial<TraceSettings> = { interval: 1, backoffMax: 2 };

export const info: RunnerInfo = {
  name: 'podwright',
  version: '1.0.0',
  revision: 'abc',
  platform: 'linux',
  architecture: 'amd64',
  executor: 'kubernetes',
  shell: 'bash',
  features: { refspecs: true },
};

/** Keeps everything that is logged as text. */
export function recordingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const log = (fields: object, message: string): void => {
    lines.push(`${JSON.stringify(fields)} ${message}`);
  };
  const logger = { lines, debug: log, info: log, warn: log, error: log, child: () => logger };
  return logger;
}
