import { shownValue } from '@podwright/core';
import type { PodAffinityTerm } from './pod-affinity-config.ts';

/** Something wrong with a term, below it. */
type Problem = readonly [path: (string | number)[], message: string];

/**
 * What is wrong with the labels in which Pods are to be alike or not. The API server makes requirements of them in the
 * label selector, where nothing may be required of them yet.
 */
export function matchLabelKeyProblems(term: PodAffinityTerm): Problem[] {
  return [
    ...problemsOf('match_label_keys', term, []),
    ...problemsOf('mismatch_label_keys', term, term.match_label_keys),
  ];
}

function problemsOf(
  list: 'match_label_keys' | 'mismatch_label_keys',
  term: PodAffinityTerm,
  others: readonly string[],
): Problem[] {
  const selected = selectedKeys(term);
  return term[list].flatMap((key, i): Problem[] => {
    if (!selected) return [[[list, i], 'needs a label_selector beside it']];
    if (selected.includes(key)) return [[[list, i], `${shownValue(key)} is in label_selector, too`]];
    return others.includes(key) ? [[[list, i], `${shownValue(key)} is in match_label_keys, too`]] : [];
  });
}

function selectedKeys({ label_selector: selector }: PodAffinityTerm): string[] | undefined {
  return selector && [...Object.keys(selector.match_labels), ...selector.match_expressions.map(({ key }) => key)];
}
