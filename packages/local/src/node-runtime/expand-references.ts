/**
 * Resolves `$(NAME)` as Kubernetes does in commands, arguments and values of `env`: `$$` is a dollar sign, a reference to
 * a name that is not set stays as it is, and so does any other use of `$`.
 */
export function expandReferences(text: string, lookup: (name: string) => string | undefined): string {
  let result = '';
  let from = 0;
  // Once there is no closing parenthesis ahead there never will be: searching again would take quadratic time.
  let lastClosing = text.lastIndexOf(')');
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', from)) {
    result += text.slice(from, dollar);
    from = dollar + 2;
    if (text[dollar + 1] === '$') {
      result += '$';
    } else if (text[dollar + 1] === '(' && lastClosing > dollar) {
      const closing = text.indexOf(')', dollar);
      const name = text.slice(dollar + 2, closing);
      result += lookup(name) ?? `$(${name})`;
      from = closing + 1;
    } else {
      result += text.slice(dollar, from);
    }
  }
  return result + text.slice(from);
}
