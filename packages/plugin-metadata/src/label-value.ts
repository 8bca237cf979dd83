const longest = 63;
const edge = '-_.';

/**
 * Makes a text fit for the value of a label, as GitLab Runner does since 14.4: what is no ASCII letter, digit or `-_.`
 * becomes `_`, the edges are letters or digits, and no more than 63 characters are left. Linear in its length.
 */
export function labelValue(text: string): string {
  const allowed = text.replaceAll(/[^-A-Za-z0-9_.]/gu, '_');
  return trimmed(trimmed(allowed).slice(0, longest));
}

function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && edge.includes(text.charAt(start))) start += 1;
  while (end > start && edge.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
