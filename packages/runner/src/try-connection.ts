import { loadConnection, type Connection, type ConnectionConfig, type LoadConnectionOptions } from '@podwright/cluster';
import { ConfigError, type Problem } from '@podwright/core';

/** Either a connection or what is wrong with it. */
export type TriedConnection = { readonly connection: Connection } | { readonly problems: readonly Problem[] };

/**
 * Finds out how the cluster of a runner is to be reached, without asking it.
 * @param path of the runner, such as `runners[0]`
 * @param options as for `loadConnection`
 */
export async function tryConnection(
  config: ConnectionConfig,
  path: string,
  options: LoadConnectionOptions,
): Promise<TriedConnection> {
  const base = `${path}.kubernetes`;
  try {
    return { connection: await loadConnection(config, { ...options, base }) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems.map((problem) => inConfiguration(problem, error.source, base)) };
  }
}

/** What is not about one key is about how `host` and its files go together, or about a kubeconfig. */
function inConfiguration(problem: Problem, source: string, base: string): Problem {
  if (problem.path.startsWith(base)) return problem;
  if (source === 'host') return { ...problem, path: `${base}.host` };
  const where = problem.path === '' ? '' : `${problem.path}: `;
  return { ...problem, path: '', message: `${source}: ${where}${problem.message}` };
}
