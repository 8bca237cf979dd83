import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinTolerations, toToleration, tolerations } from './tolerations.ts';

describe('toToleration', () => {
  it.each([
    [
      'node-role.kubernetes.io/master',
      'NoSchedule',
      { key: 'node-role.kubernetes.io/master', operator: 'Exists', effect: 'NoSchedule' },
    ],
    [
      'custom.toleration=value',
      'NoSchedule',
      { key: 'custom.toleration', operator: 'Equal', value: 'value', effect: 'NoSchedule' },
    ],
    [
      'empty.value=',
      'PreferNoSchedule',
      { key: 'empty.value', operator: 'Equal', value: '', effect: 'PreferNoSchedule' },
    ],
    ['onlyKey', '', { key: 'onlyKey', operator: 'Exists' }],
    ['key=value', '', { key: 'key', operator: 'Equal', value: 'value' }],
    ['', '', { operator: 'Exists' }],
    ['', 'NoExecute', { operator: 'Exists', effect: 'NoExecute' }],
    ['a=b=c', '', { key: 'a', operator: 'Equal', value: 'b=c' }],
    ['=b', '', { key: '', operator: 'Equal', value: 'b' }],
  ])('makes of %j = %j what Kubernetes has for it', (written, effect, expected) => {
    expect(toToleration(written, effect)).toEqual(expected);
  });

  it('splits at the first "=", and loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '=', '/', '.'), maxLength: 8 }), (written) => {
        const { key = '', operator, value } = toToleration(written, '');
        expect(key).not.toContain('=');
        expect(operator === 'Exists').toBe(!written.includes('='));
        expect(value === undefined ? key : `${key}=${value}`).toBe(written);
      }),
    );
  });
});

describe('tolerations', () => {
  it('are sorted by key, and say where they come from', () => {
    expect(tolerations({ b: '', 'a-b': '', 'a=2': '', 'c.d/e=f': 'NoSchedule', 'a=1': '', '': 'NoExecute' })).toEqual([
      { toleration: { operator: 'Exists', effect: 'NoExecute' }, cause: { config: 'node_tolerations.""' } },
      { toleration: { key: 'a', operator: 'Equal', value: '1' }, cause: { config: 'node_tolerations."a=1"' } },
      { toleration: { key: 'a', operator: 'Equal', value: '2' }, cause: { config: 'node_tolerations."a=2"' } },
      { toleration: { key: 'a-b', operator: 'Exists' }, cause: { config: 'node_tolerations.a-b' } },
      { toleration: { key: 'b', operator: 'Exists' }, cause: { config: 'node_tolerations.b' } },
      {
        toleration: { key: 'c.d/e', operator: 'Equal', value: 'f', effect: 'NoSchedule' },
        cause: { config: 'node_tolerations."c.d/e=f"' },
      },
    ]);
  });

  it('are added behind those that are there, each under its path in the Pod', () => {
    const { value, causes } = joinTolerations([{ key: 'a' }], tolerations({ '': '', 'a=1': '', 'a=2': '', b: '' }));
    expect(value.map(({ key }) => key)).toEqual(['a', undefined, 'a', 'a', 'b']);
    expect([...causes]).toEqual([
      ['spec.tolerations[1]', { config: 'node_tolerations.""' }],
      ['spec.tolerations[a#2]', { config: 'node_tolerations."a=1"' }],
      ['spec.tolerations[a#3]', { config: 'node_tolerations."a=2"' }],
      ['spec.tolerations[b]', { config: 'node_tolerations.b' }],
    ]);
  });

  it('do not depend on the order in which they are written', () => {
    const line = fc.tuple(
      fc.string({ unit: fc.constantFrom('a', 'B', '1', '-', '.', '/', '='), maxLength: 6 }),
      fc.constantFrom('', 'NoSchedule', 'NoExecute'),
    );
    const lines = fc.uniqueArray(line, { selector: ([written]) => written, maxLength: 8 });
    fc.assert(
      fc.property(
        lines.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([written, shuffled]) => {
          const sorted = tolerations(Object.fromEntries(written));
          expect(tolerations(Object.fromEntries(shuffled))).toEqual(sorted);
          const keys = sorted.map(({ toleration }) => toleration.key ?? '');
          expect(keys).toEqual(keys.toSorted());
          expect(sorted).toHaveLength(written.length);
        },
      ),
    );
  });
});
