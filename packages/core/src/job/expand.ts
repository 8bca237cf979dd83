/**
 * Replaces `$NAME`, `${NAME}` and single special characters, exactly as GitLab Runner does (Go's `os.Expand` with
 * its lookup): `$$` is `$`; `$* $# $@ $! $? $- $0…$9` are empty; `${}` is swallowed, and so is `${` without an end;
 * a `$` before anything else stays. `${X:-y}` looks up the odd name `X:-y`. Linear in the length of the text.
 */
export function expand(text: string, lookup: (name: string) => string): string {
  let out = '';
  let copied = 0;
  for (let at = text.indexOf('$'); at !== -1 && at + 1 < text.length; at = text.indexOf('$', copied)) {
    out += text.slice(copied, at);
    const { name, length } = shellName(text, at + 1);
    if (name !== '') out += valueOf(name, lookup);
    else if (length === 0) out += '$';
    copied = at + 1 + length;
  }
  return out + text.slice(copied);
}

const specials = '*#$@!?-0123456789';
const nameCharacter = /[A-Za-z0-9_]/;

function valueOf(name: string, lookup: (name: string) => string): string {
  if (name === '$') return '$';
  if (name.length === 1 && specials.includes(name)) return '';
  return lookup(name);
}

/** The name that starts at `start`, just behind the `$`, and how many characters it takes with its braces. */
function shellName(text: string, start: number): { name: string; length: number } {
  const first = text.charAt(start);
  if (first === '{') {
    const end = text.indexOf('}', start);
    if (end === -1) return { name: '', length: 1 };
    return { name: text.slice(start + 1, end), length: end + 1 - start };
  }
  if (specials.includes(first)) return { name: first, length: 1 };
  let end = start;
  while (end < text.length && nameCharacter.test(text.charAt(end))) end += 1;
  return { name: text.slice(start, end), length: end - start };
}
