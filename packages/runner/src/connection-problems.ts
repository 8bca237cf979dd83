import type { ConnectionConfig } from '@podwright/cluster';
import type { Problem } from '@podwright/core';
import { connectionOwner, type ExaminedConfiguration } from './read-configuration.ts';
import { tryConnection } from './try-connection.ts';
import type { Io } from './io.ts';

/** Of runners with a `host`. Where there is none, what will be found depends on the place. */
export async function connectionProblems(
  { runners }: ExaminedConfiguration,
  { env }: Pick<Io, 'env'>,
): Promise<Problem[]> {
  const found = runners.map(async ({ path, kubernetes }): Promise<readonly Problem[]> => {
    const config = kubernetes.get(connectionOwner.name) as unknown as ConnectionConfig | undefined;
    if (config === undefined || config.host === '') return [];
    const tried = await tryConnection(config, path, { env });
    return 'problems' in tried ? tried.problems : [];
  });
  return (await Promise.all(found)).flat();
}
