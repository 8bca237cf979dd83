import { isDnsSubdomain, repositoryOf } from '@podwright/core';

/**
 * The host name that an image gives to a service: its name without registry port, tag and digest, with `-` for each `/`.
 * (GitLab Runner also tries `__`, but Kubernetes takes no host name with an underscore.)
 * @returns `undefined` when that is no host name
 */
export function hostNameOfImage(image: string): string | undefined {
  const name = repositoryOf(image)?.replaceAll('/', '-');
  return name !== undefined && isDnsSubdomain(name) ? name : undefined;
}

/** The aliases in a text that has several, separated by commas or white space. */
export function splitAliases(text: string): string[] {
  return text.split(/[\s,]/).filter((alias) => alias !== '');
}
