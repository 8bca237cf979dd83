const pathComponent = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const domainComponent = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const tag = /^\w[\w.-]{0,127}$/;
const digest = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/**
 * Reads a Docker image reference, `domain[:port]/path[:tag][@digest]`, in linear time.
 * @returns domain and path, without the port; `undefined` when the text is no reference
 */
export function repositoryOf(reference: string): string | undefined {
  const [untagged, digestText] = cut(reference, reference.indexOf('@'));
  if (digestText !== undefined && !digest.test(digestText)) return undefined;
  // A colon before the last slash belongs to the domain's port.
  const colon = untagged.indexOf(':', untagged.lastIndexOf('/') + 1);
  const [name, tagText] = cut(untagged, colon);
  if (tagText !== undefined && !tag.test(tagText)) return undefined;

  const [first = '', ...rest] = name.split('/');
  if (!rest.every((component) => pathComponent.test(component))) return undefined;
  if (pathComponent.test(first)) return name;
  const domain = rest.length > 0 ? domainWithoutPort(first) : undefined;
  return domain === undefined ? undefined : [domain, ...rest].join('/');
}

function domainWithoutPort(text: string): string | undefined {
  const [domain, port] = cut(text, text.indexOf(':'));
  if (port !== undefined && !/^\d+$/.test(port)) return undefined;
  return domain.split('.').every((component) => domainComponent.test(component)) ? domain : undefined;
}

/** What stands before and behind one character; everything and nothing when it was not found. */
function cut(text: string, at: number): [string, string | undefined] {
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
