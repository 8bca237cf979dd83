import type { InspectedRunner, Problem } from '@podwright/core';

/**
 * Takes one runner out of a file.
 * @param name of the runner; undefined where the file is to have but one, besides those of other executors
 * @returns nothing but why there is none, or not the one; that a file has no runner for Kubernetes is a problem of its own
 */
export function chooseRunner(
  runners: readonly InspectedRunner[],
  name: string | undefined,
): { readonly runner?: InspectedRunner; readonly problems: readonly Problem[] } {
  const able = runners.filter(({ isForeign }) => !isForeign);
  const matching = name === undefined ? able : able.filter((runner) => runner.name === name);
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return { runner: only, problems: [] };
  const foreign = runners.find((runner) => runner.isForeign && runner.name === name);
  if (foreign !== undefined && matching.length === 0) {
    const message = `must be "kubernetes": --runner ${JSON.stringify(name)} asks for this runner`;
    return { problems: [{ path: `${foreign.path}.executor`, message, kind: 'invalid' }] };
  }
  if (able.length === 0 && runners.length > 0) return { problems: [] };
  return { problems: [{ path: 'runners', message: choiceMessage(able, name), kind: 'invalid' }] };
}

function choiceMessage(runners: readonly InspectedRunner[], name: string | undefined): string {
  if (runners.length === 0) return 'there is no [[runners]]';
  const names = runners.map((runner) => runner.name || '(without a name)').join(', ');
  if (name === undefined) return `there are several, name one with --runner: ${names}`;
  const count = runners.filter((runner) => runner.name === name).length;
  return `${count === 0 ? 'none has' : `${count} have`} the name ${JSON.stringify(name)}: ${names}`;
}
