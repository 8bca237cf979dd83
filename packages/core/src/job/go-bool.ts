/**
 * Whether a text is true or false for GitLab Runner, which uses Go's `strconv.ParseBool`.
 * @returns undefined for anything else
 */
export function goBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  return undefined;
}
