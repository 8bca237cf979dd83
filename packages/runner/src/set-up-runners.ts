import { Executor } from '@podwright/core';
import { createShell } from '@podwright/shell';
import { createLogger } from './logger.ts';
import type { Io } from './io.ts';
import type { ReadConfiguration } from './read-configuration.ts';

/**
 * Sets the plugins up for each runner of a configuration, in its order.
 * @throws PluginLoadError when a plugin cannot be set up with what is configured
 */
export function setUpRunners({ config, enabled }: ReadConfiguration, io: Io): Executor[] {
  const common = {
    plugins: enabled.map(({ plugin }) => plugin),
    overwriteMatch: config.podwright.overwrite_match,
    shell: createShell(),
    logger: createLogger('error', io.stderr),
  };
  return config.runners.map((runner) => new Executor({ ...common, runner }));
}
