import { Variables, type Variable } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { readOverwrites } from './overwrites.ts';
import { quantityFields } from './quantity-fields.ts';

describe('readOverwrites', () => {
  it.each([
    ['equal to the maximum', '500m', '0.5'],
    ['below the maximum', '500m', '499m'],
    ['in another unit', '5000Mi', '2Gi'],
    ['as zero, which is a value', '1', '0'],
    ['lower than what is configured', '4', '1'],
  ])('applies a value %s', (_, max, value) => {
    const { applied, problems, ignored } = read({ cpu_limit: '3', cpu_limit_overwrite_max_allowed: max }, [
      { key: 'KUBERNETES_CPU_LIMIT', value },
    ]);
    expect(problems).toEqual([]);
    expect(ignored).toEqual([]);
    expect(applied.get('cpu_limit')?.text).toBe(value);
  });

  it.each([
    [
      'above the maximum',
      '600m',
      'KUBERNETES_CPU_LIMIT is "600m", but this runner allows at most "500m" (cpu_limit_overwrite_max_allowed)',
    ],
    [
      'above the maximum in another unit',
      '0.5000001',
      'KUBERNETES_CPU_LIMIT is "0.5000001", but this runner allows at most "500m" (cpu_limit_overwrite_max_allowed)',
    ],
    ['below zero', '-1', 'KUBERNETES_CPU_LIMIT is "-1", but must not be negative'],
    [
      'that is not a quantity',
      'much',
      'KUBERNETES_CPU_LIMIT: "much" is not a quantity; write a number with at most one suffix of n u m k M G T P E Ki Mi Gi Ti Pi Ei, or an exponent such as e3',
    ],
  ])('refuses a value %s', (_, value, problem) => {
    const { problems } = read({ cpu_limit_overwrite_max_allowed: '500m' }, [{ key: 'KUBERNETES_CPU_LIMIT', value }]);
    expect(problems).toEqual([problem]);
  });

  it('ignores variables that the configuration does not allow, however wrong they are', () => {
    const { applied, ignored, problems } = read({ cpu_limit: '1' }, [{ key: 'KUBERNETES_CPU_LIMIT', value: 'much' }]);
    expect({ applied: applied.size, problems }).toEqual({ applied: 0, problems: [] });
    expect(ignored.map(({ field, shown }) => [field.maxKey, shown])).toEqual([
      ['cpu_limit_overwrite_max_allowed', 'much'],
    ]);
  });

  it('takes an empty variable for one that is not set', () => {
    const overwrites = read({ cpu_limit_overwrite_max_allowed: '1' }, [
      { key: 'KUBERNETES_CPU_LIMIT', value: '' },
      { key: 'KUBERNETES_MEMORY_LIMIT', value: '' },
      { key: 'KUBERNETES_CPU_REQUEST', value: '$UNKNOWN' },
    ]);
    expect(overwrites).toEqual({ applied: new Map(), ignored: [], problems: [] });
  });

  it('finds every problem, not only the first', () => {
    const maxima = Object.fromEntries(quantityFields.map(({ maxKey }) => [maxKey, '1']));
    const { problems } = read(
      maxima,
      quantityFields.map(({ variable }) => ({ key: variable, value: '2' })),
    );
    expect(problems).toHaveLength(18);
    for (const [at, { variable, maxKey }] of quantityFields.entries()) {
      expect(problems[at]).toBe(`${variable} is "2", but this runner allows at most "1" (${maxKey})`);
    }
  });

  it.each([
    [
      'an overwritten request above the configured limit',
      { cpu_limit: '1', cpu_request_overwrite_max_allowed: '4' },
      [{ key: 'KUBERNETES_CPU_REQUEST', value: '2' }],
      'the request KUBERNETES_CPU_REQUEST "2" is more than the limit cpu_limit "1"',
    ],
    [
      'an overwritten limit below the configured request',
      { helper_memory_request: '1Gi', helper_memory_limit_overwrite_max_allowed: '4Gi' },
      [{ key: 'KUBERNETES_HELPER_MEMORY_LIMIT', value: '512Mi' }],
      'the request helper_memory_request "1Gi" is more than the limit KUBERNETES_HELPER_MEMORY_LIMIT "512Mi"',
    ],
    [
      'two overwrites that contradict each other',
      {
        service_ephemeral_storage_request_overwrite_max_allowed: '4Gi',
        service_ephemeral_storage_limit_overwrite_max_allowed: '4Gi',
      },
      [
        { key: 'KUBERNETES_SERVICE_EPHEMERAL_STORAGE_REQUEST', value: '2Gi' },
        { key: 'KUBERNETES_SERVICE_EPHEMERAL_STORAGE_LIMIT', value: '1Gi' },
      ],
      'the request KUBERNETES_SERVICE_EPHEMERAL_STORAGE_REQUEST "2Gi" is more than the limit KUBERNETES_SERVICE_EPHEMERAL_STORAGE_LIMIT "1Gi"',
    ],
  ])('refuses %s', (_, config, variables, problem) => {
    expect(read(config, variables).problems).toEqual([problem]);
  });

  it('lets a job repair a pair by overwriting both sides', () => {
    const { problems } = read(
      {
        cpu_request: '1',
        cpu_limit: '1',
        cpu_request_overwrite_max_allowed: '4',
        cpu_limit_overwrite_max_allowed: '4',
      },
      [
        { key: 'KUBERNETES_CPU_REQUEST', value: '4' },
        { key: 'KUBERNETES_CPU_LIMIT', value: '4' },
      ],
    );
    expect(problems).toEqual([]);
  });

  it('replaces references once more, as the list was expanded once before', () => {
    const { applied } = read({ cpu_limit_overwrite_max_allowed: '4' }, [
      { key: 'KUBERNETES_CPU_LIMIT', value: '$SIZE' },
      { key: 'SIZE', value: '2' },
    ]);
    expect(applied.get('cpu_limit')?.text).toBe('2');
  });

  it('leaves the references of a raw variable alone', () => {
    const { problems } = read({ cpu_limit_overwrite_max_allowed: '4' }, [
      { key: 'KUBERNETES_CPU_LIMIT', value: '$SIZE', raw: true },
      { key: 'SIZE', value: '2' },
    ]);
    expect(problems).toEqual([expect.stringContaining('"$SIZE" is not a quantity')]);
  });

  it('takes the last variable of a name', () => {
    const { applied } = read({ cpu_limit_overwrite_max_allowed: '4' }, [
      { key: 'KUBERNETES_CPU_LIMIT', value: '9' },
      { key: 'KUBERNETES_CPU_LIMIT', value: '3' },
    ]);
    expect(applied.get('cpu_limit')?.text).toBe('3');
  });

  it('shows no more than the beginning of a value that is absurdly long', () => {
    const { ignored } = read({}, [{ key: 'KUBERNETES_CPU_LIMIT', value: '9'.repeat(1_000_000) }]);
    expect(ignored[0]?.shown).toBe(`${'9'.repeat(100)}…`);
  });

  it('never shows what a masked variable holds', () => {
    const { problems, ignored } = read({ cpu_limit_overwrite_max_allowed: '4' }, [
      { key: 'KUBERNETES_CPU_LIMIT', value: 'x-$TOKEN' },
      { key: 'KUBERNETES_MEMORY_LIMIT', value: '$TOKEN' },
      { key: 'TOKEN', value: 'hunter2-hunter2', masked: true },
    ]);
    expect(problems).toEqual([expect.stringContaining('KUBERNETES_CPU_LIMIT: "[MASKED]" is not a quantity')]);
    expect(JSON.stringify(ignored.map(({ shown }) => shown))).toBe('["[MASKED]"]');
  });
});

function read(config: Record<string, string>, variables: readonly Variable[]) {
  return readOverwrites(configSchema.parse(config), new Variables(variables));
}
