import { duration, integer, list, toggle, unused, unusedSwitch } from './flags.ts';

/** Flags of the commands that pack files. */
export const selectionFlags = {
  path: list(),
  exclude: list(),
  untracked: toggle(),
  verbose: unusedSwitch,
};

/** Flags of the commands that try again after a fixed pause. */
export const retryFlags = { retry: integer(2), 'retry-time': duration(1000) };

/** The meter that redraws its line makes no sense in a log. */
export const meterFlags = { 'transfer-meter-frequency': unused };

/** Flags of both cache commands that only matter for storage that is not reached by a signed URL, or for parallel ranges. */
export const cacheTuningFlags = {
  'env-file': unused,
  'transfer-buffer-size': unused,
  'chunk-size': unused,
  concurrency: unused,
};
