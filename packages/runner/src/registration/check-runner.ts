import { ConfigError, formatProblem, joinPath, type Problem } from '@podwright/core';
import { connectionProblems } from '../connection-problems.ts';
import { examineText } from '../read-configuration.ts';
import type { Io } from '../io.ts';
import type { Settings } from './settings.ts';

/**
 * Checks a whole configuration with a new runner in it, as `podwright config check` does.
 * @param text of the file as it will be
 * @param index of the new runner
 * @returns what there is to know of the new runner, a line each
 * @throws ConfigError with all problems; those of the new runner are told by their flags
 */
export async function checkRunner(
  text: string,
  index: number,
  settings: Pick<Settings, 'place' | 'given' | 'template'>,
  io: Io,
): Promise<string[]> {
  const { place } = settings;
  const examined = await examineText(text, place.path, io);
  const found = examined.inOrder([...examined.problems, ...(await connectionProblems(examined, io))]);
  const base = `runners[${index}]`;
  const told = found.map((problem) => {
    const isNew = problem.path === base || problem.path.startsWith(`${base}.`);
    return { isNew, problem: isNew ? asGiven(problem, base, settings) : problem };
  });
  const bad = told.flatMap(({ problem }) => (problem.kind === 'notice' ? [] : problem));
  if (bad.length > 0) throw new ConfigError(place.source, bad);
  return told.flatMap(({ isNew, problem }) => (isNew ? formatProblem(problem) : []));
}

/** A problem of the new runner by what it came from: it stands in no line of the file yet. */
function asGiven(problem: Problem, base: string, { given, template }: Pick<Settings, 'given' | 'template'>): Problem {
  const { message, kind, plugin } = problem;
  const key = problem.path.slice(base.length + 1);
  const flag = [...given.values()].find((one) => isWithin(key, joinPath('', one.flag.path ?? [])));
  const path = flag?.from ?? `${template === '' ? 'the new runner' : template}: ${key}`;
  return { path, message, kind, ...(plugin !== undefined && { plugin }) };
}

function isWithin(path: string, table: string): boolean {
  return table !== '' && (path === table || path.startsWith(`${table}.`) || path.startsWith(`${table}[`));
}
