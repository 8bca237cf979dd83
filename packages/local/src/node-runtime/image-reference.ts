const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const host = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/**
 * Says why kubelet would refuse an image's name (`InvalidImageName`), in its words, or nothing when the name is well
 * formed: `[host[:port]/]path[:tag][@digest]`.
 */
export function invalidImageReason(image: string): string | undefined {
  const problem = referenceProblem(image);
  if (!problem) return undefined;
  return `Failed to apply default image tag "${image}": couldn't parse image reference "${image}": ${problem}`;
}

function referenceProblem(image: string): string | undefined {
  const malformed = 'invalid reference format';
  const at = image.indexOf('@');
  const named = at < 0 ? image : image.slice(0, at);
  if (at >= 0 && !digestPattern.test(image.slice(at + 1))) return malformed;
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  if (colon >= 0 && !tagPattern.test(named.slice(colon + 1))) return malformed;
  const name = colon < 0 ? named : named.slice(0, colon);
  if (name.length > 255) return 'repository name must not be more than 255 characters';
  const parts = name.split('/');
  if (parts.length > 1 && host.test(parts[0] ?? '') && looksLikeHost(parts[0] ?? '')) parts.shift();
  if (parts.every((part) => component.test(part))) return undefined;
  return parts.every((part) => component.test(part.toLowerCase()))
    ? `${malformed}: repository name must be lowercase`
    : malformed;
}

/** The rule of Docker: `a/b` is a path, `a.b/c`, `a:1/b` and `localhost/a` begin with a registry. */
function looksLikeHost(part: string): boolean {
  return part === 'localhost' || /[.:[]/.test(part) || part !== part.toLowerCase();
}
