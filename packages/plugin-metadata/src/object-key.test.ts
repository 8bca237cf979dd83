import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemOfKey } from './object-key.ts';

const longName = 'a'.repeat(63);
const longPrefix = 'a'.repeat(253);

describe('problemOfKey', () => {
  it.each([
    'team',
    'Team_1.x-y',
    '1',
    'example.com/team',
    'a-b.c0/Team',
    longName,
    `${longPrefix}/${longName}`,
    'constructor',
  ])('allows %s', (key) => {
    expect(problemOfKey('label', key)).toBeUndefined();
    expect(problemOfKey('annotation', key)).toBeUndefined();
  });

  it.each([
    ['', /must have a name/],
    ['a b', /must have a name/],
    ['-a', /must have a name/],
    ['a.', /must have a name/],
    ['a\n', /must have a name/],
    ['ä', /must have a name/],
    ['__proto__', /must have a name/],
    ['example.com/', /must have a name/],
    ['a/b/c', /must have a name/],
    ['/a', /must have a domain/],
    ['a..b/c', /must have a domain/],
    ['.a/c', /must have a domain/],
    ['a_b/c', /must have a domain/],
    ['a-/c', /must have a domain/],
    [`${longName}a`, /more than 63 characters/],
    [`${longPrefix}a/b`, /more than 253 characters/],
  ])('refuses %j', (key, problem) => {
    expect(problemOfKey('label', key)).toMatch(problem);
    expect(problemOfKey('annotation', key)).toMatch(problem);
  });

  it('allows upper case in the prefix of annotations only', () => {
    expect(problemOfKey('annotation', 'Example.COM/Team')).toBeUndefined();
    expect(problemOfKey('label', 'Example.com/team')).toMatch(/a domain in lower case/);
  });

  it('agrees with the rule of the API server', () => {
    const name = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
    const domain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
    const keys = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '_', '.', '/'), maxLength: 12 });
    fc.assert(
      fc.property(keys, (key) => {
        const parts = key.split('/');
        const [prefix, last] = parts.length === 1 ? [undefined, key] : parts;
        const isValid = parts.length <= 2 && name.test(last ?? '') && (prefix === undefined || domain.test(prefix));
        expect(problemOfKey('label', key) === undefined).toBe(isValid);
      }),
      { numRuns: 2000 },
    );
  });
});
