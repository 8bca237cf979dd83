import { describe, expect, it } from 'vitest';
import { requestsAboveLimits } from './requests-above-limits.ts';

describe('requestsAboveLimits', () => {
  it.each([
    ['2', '1'],
    ['1001m', '1'],
    ['1.0000001Gi', '1Gi'],
    ['1M', '0'],
    ['1e3', '0.9k'],
    ['1000001n', '1m'],
  ])('finds the request %s above the limit %s', (request, limit) => {
    expect(found(request, limit)).toEqual([['helper_memory_request', 'helper_memory_limit']]);
  });

  it.each([
    ['1', '1'],
    ['1000m', '1'],
    ['1023Mi', '1Gi'],
    ['1', ''],
    ['', '1'],
    ['0', '0'],
    ['1x', '1'],
    ['2', '1x'],
  ])('finds nothing for the request %j and the limit %j', (request, limit) => {
    expect(found(request, limit)).toEqual([]);
  });

  it('compares thousandths rounded up, as the API server does', () => {
    expect(found('2n', '1n')).toEqual([]);
    expect(found('1m', '999999n')).toEqual([]);
  });

  it('compares only what belongs together', () => {
    const values: Record<string, string> = { cpu_request: '2', memory_limit: '1', helper_cpu_limit: '1' };
    expect(requestsAboveLimits((key) => values[key] ?? '')).toEqual([]);
  });
});

function found(request: string, limit: string): string[][] {
  const values: Record<string, string> = { helper_memory_request: request, helper_memory_limit: limit };
  return requestsAboveLimits((key) => values[key] ?? '').map((pair) => [pair.request.field.key, pair.limit.field.key]);
}
