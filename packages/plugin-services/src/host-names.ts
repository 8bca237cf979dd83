import { repositoryOf } from './image-reference.ts';

const form = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const longest = 253;

/** What an alias must be, for messages. */
export const hostNameRule =
  'a host name has lower-case letters, digits, "-" and ".", and begins and ends with a letter or digit in each part';

/** Whether Kubernetes takes a text for a host name (a DNS-1123 subdomain). */
export function isHostName(text: string): boolean {
  return text.length <= longest && form.test(text);
}

/**
 * The host name that an image gives to a service: its name without registry port, tag and digest, with `-` for each `/`.
 * (GitLab Runner also tries `__`, but Kubernetes takes no host name with an underscore.)
 * @returns `undefined` when that is no host name
 */
export function hostNameOfImage(image: string): string | undefined {
  const name = repositoryOf(image)?.replaceAll('/', '-');
  return name !== undefined && isHostName(name) ? name : undefined;
}

/** The aliases in a text that has several, separated by commas or white space. */
export function splitAliases(text: string): string[] {
  return text.split(/[\s,]/).filter((alias) => alias !== '');
}
