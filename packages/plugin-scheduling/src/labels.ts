import { isDnsSubdomain, isLabelName } from '@podwright/core';

const longestName = 63;

const characters = 'letters, digits, "-", "_" and ".", begins and ends with a letter or digit';

/** What is said of a text that is no label key; goes on from the text. */
export const notALabelKey = `is no label key: it has ${characters}, at most ${longestName} in all, and maybe a prefix such as "example.com/"`;

/** What is said of a text that is no label value; goes on from the text. */
export const notALabelValue = `is no label value: it has ${characters}, at most ${longestName} in all, or is empty`;

/** Whether Kubernetes takes a text for the key of a label, a taint or a topology. */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf('/');
  return slash === -1 ? isLabelName(text) : isDnsSubdomain(text.slice(0, slash)) && isLabelName(text.slice(slash + 1));
}

/** Whether Kubernetes takes a text for the value of a label or a taint. */
export function isLabelValue(text: string): boolean {
  return text === '' || isLabelName(text);
}
