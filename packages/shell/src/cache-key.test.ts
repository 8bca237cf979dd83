import fc from 'fast-check';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sanitizeCacheKey } from './cache-key.ts';

describe('the key of a cache', () => {
  it.each([
    ['main', 'main'],
    ['job/ref', 'job/ref'],
    ['...', '...'],
    ['key/', 'key'],
    ['key ', 'key'],
    ['key/ \\', 'key'],
    ['key / \\o', 'key / /o'],
    [' foo / bar ', ' foo / bar'],
    ['a %2F b', 'a / b'],
    ['some%2f../job/ref/.', 'job/ref'],
    ['%2E%2e%2E', '...'],
    ['%5C', '%5C'],
    ['a/../../../.././b', 'b'],
    ['//a//b', 'a/b'],
    ['a\\..\\b', 'b'],
    ['a/b/.. ', 'a'],
    ['a/. ', 'a'],
  ])('%j is %j', (key, expected) => {
    expect(sanitizeCacheKey(key)).toBe(expected);
  });

  it.each([
    '',
    '/',
    '\\',
    ' ',
    '.',
    '..',
    '//',
    ' / ',
    '../.',
    'a/b/../..',
    '%2e%2E',
    '\t\r\n',
    '.. ',
    'a/.. ',
    '. / ',
  ])('%j cannot be used', (key) => {
    expect(sanitizeCacheKey(key)).toBeUndefined();
  });

  const keys = fc.string({
    unit: fc.constantFrom('a', 'B', '.', '..', '/', '\\', ' ', '\t', '%2f', '%2E', '%', '2', '-', 'é'),
  });

  it('never leads out of the folder of the caches', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const clean = sanitizeCacheKey(key) ?? 'none';
        expect(posix.join('/cache', clean, 'cache.zip')).toBe(`/cache/${clean}/cache.zip`);
        expect(clean.split('/')).not.toContain('..');
        expect(clean).not.toMatch(/^\/|\/$|\s$|\\|%2[ef]/i);
      }),
    );
  });

  it('stays as it is once it is clean', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const clean = sanitizeCacheKey(key) ?? 'none';
        expect(sanitizeCacheKey(clean)).toBe(clean);
      }),
    );
  });
});
