import type { Logger } from '../ports.ts';
import type { TextMask } from './text-mask.ts';

/** A logger for one job: nothing that it and its children write has the job's secrets in it. */
export function maskedLogger(logger: Logger, mask: TextMask): Logger {
  return {
    debug: (fields, message) => logger.debug(mask.data(fields), mask.text(message)),
    info: (fields, message) => logger.info(mask.data(fields), mask.text(message)),
    warn: (fields, message) => logger.warn(mask.data(fields), mask.text(message)),
    error: (fields, message) => logger.error(mask.data(fields), mask.text(message)),
    child: (bindings) => maskedLogger(logger.child(mask.data(bindings)), mask),
  };
}
