import { shownValue } from './job/overwrite.ts';
import { repositoryOf } from './repository-of.ts';

const ipv6Host = /^\[[0-9A-Fa-f:]{2,45}\](?=[:/])/;
const longestName = 255;

/** Whether a container runtime takes a text for the name of an image: `[registry/]name[:tag][@digest]`. */
export function isImageReference(text: string): boolean {
  // Whatever name stands for the address: it has the same place.
  const repository = repositoryOf(text.replace(ipv6Host, 'ipv6.host'));
  return repository !== undefined && repository.length <= longestName;
}

/** Whether a configuration may have a text for an image: empty too, and with variables, whose values a job brings. */
export function isWrittenImage(text: string): boolean {
  return text === '' || text.includes('$') || isImageReference(text);
}

/** What is wrong with a text that `isWrittenImage` refuses. */
export function notAnImage(text: unknown): string {
  return `${shownValue(text)} is no image: an image is [registry/]name[:tag][@digest], its name in lower case`;
}
