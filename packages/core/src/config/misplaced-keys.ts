import type { Problem } from '../errors.ts';
import type { ConfigOwner } from './load.ts';
import { executorConfigSchema, runnerConfigSchema } from './runner-config.ts';

/** Says of an unknown key that stands one table too high or too low where it belongs. */
export function inItsPlace(problem: Problem, owners: readonly ConfigOwner[]): Problem {
  if (problem.kind !== 'unknown_key') return problem;
  const [, inRunner, inKubernetes, key = ''] =
    /^(?:(runners\[\d+\]\.)(kubernetes\.)?)?([\w-]+)$/.exec(problem.path) ?? [];
  const isKubernetes = [executorConfigSchema, ...owners.map(({ configSchema }) => configSchema)].some(({ shape }) =>
    Object.hasOwn(shape, key),
  );
  const isRunner = Object.hasOwn(runnerConfigSchema.shape, key);
  if (inKubernetes === undefined && isKubernetes) {
    return { ...problem, message: `has no effect here: it belongs to [runners.kubernetes]` };
  }
  if ((inRunner === undefined || inKubernetes !== undefined) && isRunner) {
    return { ...problem, message: `has no effect here: it belongs to [[runners]]` };
  }
  return problem;
}
