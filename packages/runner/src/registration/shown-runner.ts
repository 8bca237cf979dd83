import { shortToken, shownValue } from '@podwright/core';

/** A name as it is fit for a message. */
export function shownName(name: string): string {
  return name === '' ? 'the runner without a name' : `the runner ${shownValue(name)}`;
}

/** The beginning of a token, as GitLab shows it; nothing of one that is too short to be cut. */
export function shownToken(token: string): string {
  const short = shortToken(token);
  const secret = token.length - token.indexOf(short);
  return short.length * 2 > secret ? '' : short;
}

/** A URL without a user's name, password or query. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url.includes('@') ? '' : url;
  const { origin, pathname } = new URL(url);
  return origin === 'null' ? '' : `${origin}${pathname === '/' ? '' : pathname}`;
}

/** One line on one runner, such as `alive    "ci" at https://gitlab.example.com`. */
export function runnerLine(state: string, { name, url }: { name: string; url: string }, more = ''): string {
  const where = shownUrl(url);
  const who = `${shownValue(name)}${where === '' ? '' : ` at ${where}`}`;
  return `${state.padEnd(12)} ${who}${more === '' ? '' : `: ${more}`}\n`;
}

/** An error that goes over several lines, in one. */
export function oneLine(message: string): string {
  return message
    .split('\n')
    .map((line) => line.trim())
    .join(' ');
}
