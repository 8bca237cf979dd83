import { configJsonSchema } from '@podwright/core';
import { exitStatus } from '../exit-status.ts';
import { cacheOwner, connectionOwner, examineConfiguration, usable } from '../read-configuration.ts';
import { write } from '../write.ts';
import type { Io } from '../io.ts';

/**
 * Prints the JSON Schema of `config.toml` for editors.
 * @param file path of a `config.toml` whose plugins are to be known; undefined for the built-in ones
 * @returns the exit status
 */
export async function configSchema(file: string | undefined, io: Io): Promise<number> {
  const { enabled } = usable(await examineConfiguration(file, io));
  const schema = configJsonSchema({ owners: [...enabled.map(({ plugin }) => plugin), connectionOwner], cacheOwner });
  await write(io, `${JSON.stringify(schema, null, 2)}\n`);
  return exitStatus.success;
}
