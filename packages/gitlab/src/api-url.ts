import { ConfigError } from '@podwright/core';

/**
 * Where GitLab's API is: `https://gitlab.example.com/sub` becomes `https://gitlab.example.com/sub/api/v4`.
 * A `/ci` at the end, from the days of GitLab CI, is dropped, as GitLab Runner does; so is a user name or query.
 * @throws ConfigError when it is no http or https URL
 */
export function apiUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    const message = 'is no URL of a GitLab; write one such as https://gitlab.example.com';
    throw new ConfigError('connection to GitLab', [{ path: 'url', message, kind: 'invalid' }]);
  }
  const path = parsed.pathname.replace(/\/$/, '').replace(/\/ci$/, '');
  return new URL(`${parsed.origin}${path}/api/v4`);
}
