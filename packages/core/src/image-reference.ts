import { shownValue } from './job/overwrite.ts';

const host = /^[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?)*(?::\d{1,5})?$/;
const ipv6Host = /^\[[0-9A-Fa-f:]{2,45}\](?::\d{1,5})?$/;
const component = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const tag = /^\w[-\w.]{0,127}$/;
const digest = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,256}$/;
const longestName = 255;

/** Whether a configuration may have a text for an image: empty too, and with variables, whose values a job brings. */
export function isWrittenImage(text: string): boolean {
  return text === '' || text.includes('$') || isImageReference(text);
}

/** What is wrong with a text that `isWrittenImage` refuses. */
export function notAnImage(text: unknown): string {
  return `${shownValue(text)} is no image: an image is [registry/]name[:tag][@digest], its name in lower case`;
}

/** Whether a container runtime takes a text for the name of an image: `[registry/]name[:tag][@digest]`. */
export function isImageReference(text: string): boolean {
  const [named = '', ...digests] = text.split('@');
  if (digests.length > 1 || !digests.every((part) => digest.test(part))) return false;
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  if (colon !== -1 && !tag.test(named.slice(colon + 1))) return false;
  const name = colon === -1 ? named : named.slice(0, colon);
  const [first = '', ...rest] = name.split('/');
  const isRegistry = rest.length > 0 && (/[.:A-Z]/.test(first) || first === 'localhost');
  if (isRegistry && !host.test(first) && !ipv6Host.test(first)) return false;
  return name.length <= longestName && (isRegistry ? rest : [first, ...rest]).every((part) => component.test(part));
}
