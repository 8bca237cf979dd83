import { describe, expect, it } from 'vitest';
import { isPlainSearchDomain, isSearchDomain } from './host-names.ts';

describe('isSearchDomain', () => {
  it.each(['svc.cluster.local', 'example.com.', `${'a'.repeat(253)}.`])('takes %j for every cluster', (text) => {
    expect(isSearchDomain(text)).toBe(true);
    expect(isPlainSearchDomain(text)).toBe(true);
  });

  it.each(['.', '_tcp.example.com', 'a_b', '_'])('takes %j for new clusters only', (text) => {
    expect(isSearchDomain(text)).toBe(true);
    expect(isPlainSearchDomain(text)).toBe(false);
  });

  it.each(['', '..', 'a..', 'A.b', '-a', '.a', 'a b', 'a'.repeat(254)])('refuses %j', (text) => {
    expect(isSearchDomain(text)).toBe(false);
  });
});

it.each([
  ['letters', 'a'],
  ['dashes', 'a-'],
  ['underscores', '_'],
  ['dots', 'a.'],
])('takes linear time for many %s', (_, unit) => {
  expect(isSearchDomain(`${unit.repeat(100_000)}!`)).toBe(false);
});
