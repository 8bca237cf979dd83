import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGlob, splitPattern } from './glob.ts';

describe('matches', () => {
  it.each([
    ['*', ['a', '.hidden', 'é'], ['a/b']],
    ['*.txt', ['a.txt', '.txt'], ['a.txt/b', 'd/a.txt', 'atxt']],
    ['a/*', ['a/b', 'a/.b'], ['a', 'a/b/c']],
    ['a/**', ['a', 'a/b', 'a/b/c'], ['ab', 'b/a']],
    ['**', ['a', 'a/b', '.'], []],
    ['**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'a/xx']],
    ['a/**/x', ['a/x', 'a/b/x', 'a/b/c/x'], ['ax', 'a/bx', 'x']],
    ['a/**/b/**/c', ['a/b/c', 'a/1/b/2/c'], ['a/c']],
    ['a**b', ['ab', 'axxb'], ['a/b']],
    ['a?c', ['abc', 'a💾c'], ['ac', 'a/c']],
    ['[a-c]x', ['ax', 'cx'], ['dx', '-x']],
    ['[^a-c]x', ['dx'], ['ax', '/x']],
    ['[!a]', ['b'], ['a']],
    ['[]a]', [']', 'a'], ['b']],
    ['[a-]', ['a', '-'], ['b']],
    ['a[!-~]b', ['axb'], ['a/b']],
    ['[/]', [], ['/', 'a']],
    ['{a,b}.txt', ['a.txt', 'b.txt'], ['c.txt', '{a,b}.txt']],
    ['{a/b,c}/*', ['a/b/x', 'c/x'], ['a/x']],
    ['{a,{b,c}d}', ['a', 'bd', 'cd'], ['b']],
    ['a,b}', ['a,b}'], ['a']],
    [String.raw`\*\{`, ['*{'], ['a{']],
    ['a.b+(c)|$', ['a.b+(c)|$'], ['aXb+(c)|$']],
  ])('%s', (pattern, yes, no) => {
    const glob = parseGlob(pattern);
    expect(yes.filter((path) => glob?.matches(path) !== true)).toEqual([]);
    expect(no.filter((path) => glob?.matches(path) === true)).toEqual([]);
  });

  it.each(['[', '[a', '{a', '{a,b', '\\', 'a[z-a]', '{'.repeat(30)])('is no pattern: %s', (pattern) => {
    expect(parseGlob(pattern)).toBeUndefined();
  });
});

it.each([
  ['a', 'a', ''],
  ['a/b', 'a/b', ''],
  ['*', '.', '*'],
  ['a/b*/c', 'a', 'b*/c'],
  ['/a/*', '/a', '*'],
  ['/*', '/', '*'],
  ['**/x', '.', '**/x'],
])('splits %j', (pattern, base, rest) => {
  expect(splitPattern(pattern)).toEqual({ base, rest });
});

/** What the wildcards mean, said as simply as possible; takes exponential time. */
function fits(pattern: readonly string[], path: readonly string[]): boolean {
  const [part, ...others] = pattern;
  if (part === undefined) return path.length === 0;
  if (part === '**') return fits(others, path) || (path.length > 0 && fits(pattern, path.slice(1)));
  return path[0] !== undefined && fitsPart(part, path[0]) && fits(others, path.slice(1));
}

function fitsPart(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*'))
    return fitsPart(pattern.slice(1), text) || (text !== '' && fitsPart(pattern, text.slice(1)));
  return (
    text !== '' && (pattern.startsWith('?') || pattern[0] === text[0]) && fitsPart(pattern.slice(1), text.slice(1))
  );
}

it('means the same as the plain definition', () => {
  const part = fc.oneof(
    fc.constant('**'),
    fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), minLength: 1, maxLength: 4 }),
  );
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.array(name, { minLength: 1, maxLength: 4 }),
      (pattern, path) => {
        expect(parseGlob(pattern.join('/'))?.matches(path.join('/'))).toBe(fits(pattern, path));
      },
    ),
    { numRuns: 500 },
  );
});

it('matches any name by its own escaped form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }), (name) => {
      const escaped = name.replaceAll(/[*?[{\\]/g, String.raw`\$&`);
      expect(parseGlob(escaped)?.matches(name)).toBe(true);
    }),
  );
});

it('is not slowed down by many wildcards', () => {
  const glob = parseGlob(`${'*a'.repeat(200)}b`);
  expect(glob?.matches('a'.repeat(5000))).toBe(false);
});
