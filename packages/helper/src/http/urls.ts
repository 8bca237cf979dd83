import { HelperError } from '../errors.ts';

/**
 * Reads an absolute `http` or `https` URL.
 * @param flag what to call it in the error, which does not hold the URL: it may be signed
 */
export function parseHttpUrl(text: string, flag: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new HelperError(`${flag} must be an http or https URL`);
}

/** A URL for the log: without user, password, query and fragment, where signatures and tokens are. */
export function cleanUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** The artifacts of a job at a GitLab server. @param server as in config.toml, perhaps with a slash or `/ci` at the end */
export function artifactsUrl(server: URL, job: number): URL {
  const url = new URL(server.origin);
  const path = server.pathname.replace(/\/$/, '').replace(/\/ci$/, '');
  url.pathname = `${path}/api/v4/jobs/${job}/artifacts`;
  return url;
}
