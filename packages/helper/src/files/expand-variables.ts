/**
 * Puts variables into a text as a shell does between double quotes, without running anything: `$NAME`, `${NAME}`, and a
 * backslash before `$`, a backtick or a backslash. A variable that is not set is empty.
 * @returns undefined where the text asks for more than that, such as `$(command)` or `${NAME:-default}`
 */
export function expandVariables(text: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  let result = '';
  for (let at = 0; at < text.length;) {
    const [raw, value] = nextPiece(text, at, env);
    if (value === undefined) return undefined;
    result += value;
    at += raw;
  }
  return result;
}

/** Length of the piece that begins at `at`, and what stands for it. */
function nextPiece(
  text: string,
  at: number,
  env: Readonly<Record<string, string | undefined>>,
): readonly [length: number, value: string | undefined] {
  const character = text.charAt(at);
  const next = text.charAt(at + 1);
  if (character === '\\') return '$`\\'.includes(next) && next !== '' ? [2, next] : [1, character];
  if (character === '`') return [1, undefined];
  if (character !== '$') return [1, character];
  const name = /^[A-Za-z_]\w*/.exec(text.slice(at + 1, at + 1025))?.[0];
  if (name !== undefined) return [name.length + 1, env[name] ?? ''];
  if (next === '(') return [1, undefined];
  if (next !== '{') return [1, character];
  const braced = /^\{([A-Za-z_]\w*)\}/.exec(text.slice(at + 1, at + 1025));
  return braced === null ? [1, undefined] : [braced[0].length + 1, env[braced[1] ?? ''] ?? ''];
}
