import type { Problem } from '../errors.ts';
import { globalKeys, kubernetesKeys, runnerKeys, type GitlabRunnerKey } from './gitlab-runner-keys.ts';
import { isUnset } from './is-unset.ts';

/**
 * Tells a key that is GitLab Runner's from a typing error.
 * @param problem an unknown key
 * @param value of the key
 * @returns the problem that it is; `undefined` where nothing need be said; the same problem when the key is not GitLab Runner's
 */
export function inGitlabRunner(problem: Problem, value: unknown): Problem | undefined {
  const key = gitlabRunnerKey(problem.path);
  if (key === undefined) return problem;
  if (key.ignored === 'no word' || asksForNothing(key, value)) return undefined;
  const since = key.since === undefined ? '' : ` (since ${key.since})`;
  const hint = key.hint === undefined ? '' : `; ${key.hint}`;
  const message = `is GitLab Runner's${since}, podwright does not have it${hint}`;
  return { ...problem, message, kind: key.ignored === 'harmless' ? 'notice' : 'invalid' };
}

function gitlabRunnerKey(path: string): GitlabRunnerKey | undefined {
  const general = path.replaceAll(/\[\d+\]/g, '[]');
  const [, inRunner, inKubernetes, key = ''] = /^(runners\[\]\.)?(kubernetes\.)?(.*)$/.exec(general) ?? [];
  if (inRunner === undefined) return own(globalKeys, general);
  return inKubernetes === undefined ? own(runnerKeys, key) : own(kubernetesKeys, key);
}

function own(keys: Readonly<Record<string, GitlabRunnerKey>>, key: string): GitlabRunnerKey | undefined {
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}

function asksForNothing({ usual = [], zeroCounts = false }: GitlabRunnerKey, value: unknown): boolean {
  if (!zeroCounts && isUnset(value)) return true;
  return value === '' || usual.some((one) => JSON.stringify(one) === asJson(value));
}

/** Whole numbers beyond what JSON can say are nobody's usual ones. */
function asJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}
