/** The name under which Kubernetes looks for the credentials of Docker Hub. */
const dockerHubKey = 'https://index.docker.io/v1/';

/**
 * Brings the ways to write a registry's address into one, so that two of them can be compared: no scheme, no user, host
 * in lower case, no API version or slash at the end. A path stays: credentials may be for a part of a registry only.
 */
export function registryServer(written: string): string {
  const address = written.replace(/^https?:\/\//i, '').replace(/^[^/@]*@/, '');
  const slash = address.indexOf('/');
  const host = (slash === -1 ? address : address.slice(0, slash)).toLowerCase();
  const path = withoutEndSlashes(slash === -1 ? '' : address.slice(slash)).replace(/^\/v[12](?=\/|$)/, '');
  return `${host === 'index.docker.io' ? 'docker.io' : host}${path}`;
}

/** The key of a server in a Docker `config.json`, as Kubernetes understands it. */
export function configKey(server: string): string {
  return server === 'docker.io' ? dockerHubKey : server;
}

function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (path.charAt(end - 1) === '/') end -= 1;
  return path.slice(0, end);
}
