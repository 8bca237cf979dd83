/** The tokens of runners, by their beginnings: made in GitLab (16 and later), and given at a registration (17 and later). */
const authenticationToken = /^glrtr?-/;

/** Whether a token is a runner's own, and no registration token. Older ones of runners cannot be told from those. */
export function isAuthenticationToken(token: string): boolean {
  return authenticationToken.test(token);
}

/** Why something is no token, if so; never with the token. */
export function problemOfToken(token: string): string | undefined {
  if (token === '') return 'must not be empty';
  return /^[\x21-\x7E]+$/.test(token) ? undefined : 'has characters that no token has';
}
