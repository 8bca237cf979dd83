import { RE2JS } from 're2js';
import { z } from 'zod';
import { messageOf } from './errors.ts';
import type { ConfigNotice } from './plugin.ts';

/** How a pattern is matched: against the whole value, or anywhere in it, as GitLab Runner does. */
export type OverwriteMatch = 'whole' | 'partial';

/** The schema of an `*_overwrite_allowed` key: a pattern in RE2's syntax, empty by default. */
export const overwritePattern = z
  .string()
  .superRefine((pattern, context) => {
    const message = problemOf(pattern);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .default('');

/** The test for a value. Takes time linear in the value, whatever the pattern. @throws for what is no pattern */
export function compilePattern(pattern: string, match: OverwriteMatch): (value: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return match === 'whole' ? (value) => compiled.matches(value) : (value) => compiled.matcher(value).find();
}

/**
 * A word about a pattern that GitLab Runner would take for more values than podwright does, or that lets more pass than
 * it seems to.
 * @param path the key
 */
export function patternNotices(path: string, pattern: string, match: OverwriteMatch): ConfigNotice[] {
  if (pattern === '' || isAnchored(pattern)) return [];
  const shown = JSON.stringify(pattern);
  const message =
    match === 'whole'
      ? `${shown} must match the whole value here; GitLab Runner searches it anywhere in the value ([podwright] overwrite_match = "partial" brings that back)`
      : `${shown} is searched anywhere in the value, so it also allows values with anything before and behind it; write ^(?:...)$ to match the whole`;
  return [{ path, message }];
}

/** Whether matching a part comes to the same as matching the whole. Says no when in doubt. */
function isAnchored(pattern: string): boolean {
  if (/^\^?\.[*+]\$?$/.test(pattern)) return true;
  const starts = pattern.startsWith('^') || pattern.startsWith(String.raw`\A`);
  const ends = /(?:^|[^\\])(?:\\\\)*\$$/.test(pattern) || pattern.endsWith(String.raw`\z`);
  return starts && ends && !hasTopLevelAlternative(pattern);
}

function hasTopLevelAlternative(pattern: string): boolean {
  let depth = 0;
  let inClass = false;
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern.charAt(i);
    if (character === '\\') i += 1;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === '|' && depth === 0) return true;
  }
  return false;
}

function problemOf(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return `${JSON.stringify(pattern)} is no pattern in RE2's syntax: ${messageOf(error)}`;
  }
}
