import type { Problem } from '../errors.ts';
import { inGitlabRunner } from './in-gitlab-runner.ts';
import type { InspectOptions } from './inspect.ts';
import { isUnset } from './is-unset.ts';
import { inItsPlace } from './misplaced-keys.ts';
import { joinPath } from './problems.ts';

/**
 * Says of each unknown key what it is: one of GitLab Runner's, of a plugin that is disabled or was not loaded, one in the
 * wrong place, or a typing error. Those that ask for nothing are left out where somebody else's they may well be.
 */
export function judgeUnknownKeys(
  problems: readonly Problem[],
  table: Readonly<Record<string, unknown>>,
  options: InspectOptions,
): Problem[] {
  if (!problems.some(({ kind }) => kind === 'unknown_key')) return [...problems];
  const values = new Map(valuesOf(table, ''));
  return problems.flatMap((problem) =>
    problem.kind === 'unknown_key' ? (judge(problem, values.get(problem.path), options) ?? []) : problem,
  );
}

function judge(problem: Problem, value: unknown, options: InspectOptions): Problem | undefined {
  const { owners, disabled = [], missing = [] } = options;
  const [, key] = /^runners\[\d+\]\.kubernetes\.([\w-]+)$/.exec(problem.path) ?? [];
  const owner = disabled.find(({ configSchema }) => key !== undefined && Object.hasOwn(configSchema.shape, key));
  if (owner !== undefined) {
    const message = `belongs to the plugin ${owner.name}, which is disabled`;
    return isUnset(value) ? undefined : { ...problem, message };
  }
  const placed = inItsPlace(problem, owners);
  const judged = placed === problem ? inGitlabRunner(problem, value) : placed;
  if (judged === undefined || placed !== problem || key === undefined || missing.length === 0) return judged;
  const message = `${judged.message}; it may belong to ${missing.join(' or ')}, which could not be loaded`;
  return {
    ...judged,
    message: message.replace('unknown key', 'unknown to the plugins that are there'),
    kind: 'notice',
  };
}

function* valuesOf(value: unknown, path: string): Generator<readonly [string, unknown]> {
  if (path !== '') yield [path, value];
  if (typeof value !== 'object' || value === null || value instanceof Date) return;
  const isList = Array.isArray(value);
  for (const [key, part] of Object.entries(value)) yield* valuesOf(part, joinPath(path, [isList ? Number(key) : key]));
}
