import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Masker } from './masker.ts';

describe('Masker', () => {
  it.each([
    {
      name: "GitLab's own vector",
      secrets: ['is', 'duplicateValue', ':secret', 'cont@ining'],
      text: 'This is the secret message cont@ining :secret duplicateValues',
      shown: 'Th[MASKED] [MASKED] the secret message [MASKED] [MASKED] [MASKED]s',
    },
    {
      name: 'a secret that is a prefix of another',
      secrets: ['ab', 'abcd'],
      text: 'abc abcd',
      shown: '[MASKED]c [MASKED]',
    },
    { name: 'an occurrence inside a failed match', secrets: ['aab'], text: 'aaab', shown: 'a[MASKED]' },
    { name: 'overlapping occurrences', secrets: ['abc', 'cde'], text: 'xabcdex', shown: 'x[MASKED]x' },
    { name: 'a secret at the very end', secrets: ['end'], text: 'the end', shown: 'the [MASKED]' },
    { name: 'a prefix of a secret at the very end', secrets: ['ending'], text: 'the end', shown: 'the end' },
    { name: 'a secret of several lines', secrets: ['a\nb'], text: 'xa\nby', shown: 'x[MASKED]y' },
    { name: 'no secrets', secrets: [], text: 'as it is', shown: 'as it is' },
  ])('hides $name', ({ secrets, text, shown }) => {
    expect(mask(secrets, [text])).toBe(shown);
    expect(mask(secrets, text.split(''))).toBe(shown);
  });

  it('gives what a masker of the whole text gives, wherever the stream is cut', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 60 });
    const secrets = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 }), {
      maxLength: 4,
    });
    const pieces = fc.array(letters, { maxLength: 6 });
    fc.assert(
      fc.property(secrets, pieces, (values, parts) => {
        expect(mask(values, parts)).toBe(maskWhole(values, parts.join('')));
      }),
      { numRuns: 2000 },
    );
  });

  it('holds back no more than the longest secret', () => {
    const masker = new Masker(['secret']);
    const given = masker.write(Buffer.from('x'.repeat(1000) + 'secre'));
    expect(given.length).toBe(1000);
  });
});

function mask(secrets: readonly string[], parts: readonly string[]): string {
  const masker = new Masker(secrets);
  const shown = parts.map((part) => Buffer.from(masker.write(Buffer.from(part))).toString('latin1'));
  return shown.join('') + Buffer.from(masker.end()).toString('latin1');
}

/** Marks every character of every occurrence, then replaces the runs. */
function maskWhole(secrets: readonly string[], text: string): string {
  const hidden = text.split('').map(() => false);
  for (const secret of secrets) {
    for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1))
      hidden.fill(true, at, at + secret.length);
  }
  return text
    .split('')
    .map((c, i) => (hidden[i] ? (hidden[i - 1] ? '' : '[MASKED]') : c))
    .join('');
}
