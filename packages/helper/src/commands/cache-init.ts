import { chmod, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineCommand } from '../cli/command.ts';
import { UsageError, messageOf } from '../errors.ts';

/** Makes directories that everyone may write to. One that cannot be made is said, and does not make the command fail. */
export const cacheInit = defineCommand({
  flags: {},
  operands: '<directory>...',
  async run(_values, { io, log }, directories) {
    if (directories.length === 0) throw new UsageError('cache-init needs at least one directory');
    for (const directory of directories) {
      const path = resolve(io.cwd, directory);
      try {
        await mkdir(path, { recursive: true });
        // The mode given to mkdir would lose what the umask takes away.
        await chmod(path, 0o777);
      } catch (error) {
        log.error(`${directory}: ${messageOf(error)}`);
      }
    }
  },
});
