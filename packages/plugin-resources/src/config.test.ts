import { toProblems } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { quantityFields } from './quantity-fields.ts';

describe('configSchema', () => {
  it('owns 18 quantities and a maximum for each', () => {
    expect(Object.keys(configSchema.shape)).toHaveLength(36);
    expect(Object.keys(configSchema.shape)).toEqual(expect.arrayContaining(['cpu_limit', 'helper_memory_request']));
    expect(Object.keys(configSchema.shape)).toContain('service_ephemeral_storage_limit_overwrite_max_allowed');
  });

  it('has a variable of its own for each quantity', () => {
    const variables = quantityFields.map(({ variable }) => variable);
    expect(new Set(variables).size).toBe(18);
    expect(variables).toEqual(expect.arrayContaining(['KUBERNETES_CPU_LIMIT', 'KUBERNETES_HELPER_MEMORY_REQUEST']));
    expect(variables).toContain('KUBERNETES_SERVICE_EPHEMERAL_STORAGE_LIMIT');
  });

  it('takes everything for not set when nothing is written', () => {
    expect(new Set(Object.values(configSchema.parse({})))).toEqual(new Set(['']));
  });

  it('keeps texts as they are written', () => {
    expect(configSchema.parse({ cpu_limit: '0.50', memory_limit: '1e3' })).toMatchObject({
      cpu_limit: '0.50',
      memory_limit: '1e3',
    });
  });

  it('reports every bad quantity and maximum, with its path', () => {
    expect(
      problems({ cpu_limit: '1x', helper_memory_limit_overwrite_max_allowed: '-1n', memory_request: 'lots' }),
    ).toEqual([
      expect.stringMatching(/^cpu_limit: "1x" is not a quantity; write a number/),
      expect.stringMatching(/^memory_request: "lots" is not a quantity; write a number/),
      'helper_memory_limit_overwrite_max_allowed: "-1n" must not be negative',
    ]);
  });

  it('refuses a number without quotes, as GitLab Runner does', () => {
    expect(problems({ cpu_limit: 1 })).toEqual(['cpu_limit: must be a quantity in quotes, such as "500m"']);
  });

  it('refuses a request above the limit beside it, in whatever units, next to other problems', () => {
    expect(problems({ cpu_request: '1.5', cpu_limit: '1000m', service_cpu_limit: '1 core' })).toEqual([
      expect.stringMatching(/^service_cpu_limit: "1 core" is not a quantity/),
      'cpu_request: "1.5" is more than cpu_limit "1000m"',
    ]);
  });

  it.each([
    ['equal', { memory_request: '1Gi', memory_limit: '1024Mi' }],
    ['of different containers', { cpu_request: '2', helper_cpu_limit: '1' }],
    ['with an unset limit', { cpu_request: '2', cpu_limit: '' }],
  ])('allows a request and a limit that are %s', (_, config) => {
    expect(problems(config)).toEqual([]);
  });
});

function problems(config: object): string[] {
  const parsed = configSchema.safeParse(config);
  return parsed.success ? [] : toProblems(parsed.error, '').map(({ path, message }) => `${path}: ${message}`);
}
