import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, overwritePattern, patternNotices } from './overwrite-pattern.ts';

describe('compilePattern', () => {
  it.each([
    ['ci-.*', 'ci-x', true, true],
    ['ci-.*', 'kube-system-ci-x', false, true],
    ['ci|dev', 'ci', true, true],
    ['ci|dev', 'cider', false, true],
    ['^ci-[a-z]+$', 'ci-x', true, true],
    ['^ci-[a-z]+$', 'ci-1', false, false],
    ['(?i)CI', 'ci', true, true],
    ['ci', 'ci\n', false, true],
    [String.raw`\Aci\z`, 'ci', true, true],
  ])('%j on %j: whole %s, partial %s', (pattern, value, whole, partial) => {
    expect(compilePattern(pattern, 'whole')(value)).toBe(whole);
    expect(compilePattern(pattern, 'partial')(value)).toBe(partial);
  });

  it('takes linear time for patterns that make others explode', () => {
    const allows = compilePattern('(a+)+b', 'whole');
    expect(allows('a'.repeat(100_000))).toBe(false);
  });

  it('matches the whole as JavaScript does with anchors, where both know the syntax', () => {
    const part = fc.constantFrom('a', 'b', '.', 'a*', '[ab]', '(a|b)', 'a?', 'b+', '|');
    const pattern = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
    const value = fc.stringMatching(/^[abc]{0,8}$/);
    fc.assert(
      fc.property(pattern, value, (text, wanted) => {
        expect(compilePattern(text, 'whole')(wanted)).toBe(new RegExp(`^(?:${text})$`).test(wanted));
        expect(compilePattern(text, 'partial')(wanted)).toBe(new RegExp(text).test(wanted));
      }),
    );
  });
});

describe('overwritePattern', () => {
  it('refuses what RE2 does not know, with its reason', () => {
    const { error } = overwritePattern.safeParse('(?=ci)');
    expect(error?.issues[0]?.message).toContain(`"(?=ci)" is no pattern in RE2's syntax`);
  });

  it('is empty by default', () => {
    expect(overwritePattern.parse(undefined)).toBe('');
  });
});

describe('patternNotices', () => {
  it.each(['', '.*', '.+', '^.*$', '^ci-.*$', String.raw`\Aci\z`, '^(ci|dev)-.*$', '^[|]$'])(
    'has nothing to say about %j',
    (pattern) => {
      expect(patternNotices('key', pattern, 'whole')).toEqual([]);
      expect(patternNotices('key', pattern, 'partial')).toEqual([]);
    },
  );

  it.each(['ci-.*', '^ci', 'ci$', '^ci|dev$', String.raw`^ci\$`])('points out %j', (pattern) => {
    expect(patternNotices('key', pattern, 'whole')).toEqual([
      { path: 'key', message: expect.stringContaining('must match the whole value here') },
    ]);
    expect(patternNotices('key', pattern, 'partial')).toEqual([
      { path: 'key', message: expect.stringContaining('searched anywhere in the value') },
    ]);
  });
});
