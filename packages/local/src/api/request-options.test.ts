import { expect, test } from 'vitest';
import type { ApiError } from './api-error.ts';
import { flag, isDryRun, readDeleteOptions, versionParameter, wholeNumber } from './request-options.ts';

const read = (query: string, body?: Record<string, unknown>) => readDeleteOptions(new URLSearchParams(query), body);

test.each<[string, Record<string, unknown> | undefined, object]>([
  ['', undefined, { propagation: 'Background', dryRun: false, preconditions: {} }],
  ['gracePeriodSeconds=5', undefined, { gracePeriodSeconds: 5 }],
  ['gracePeriodSeconds=5', { gracePeriodSeconds: 0 }, { gracePeriodSeconds: 0 }],
  ['propagationPolicy=Foreground', undefined, { propagation: 'Foreground' }],
  ['', { propagationPolicy: 'Orphan' }, { propagation: 'Orphan' }],
  ['orphanDependents=true', undefined, { propagation: 'Orphan' }],
  ['', { orphanDependents: false }, { propagation: 'Background' }],
  ['', { preconditions: { uid: 'u' } }, { preconditions: { uid: 'u' } }],
  ['dryRun=All', undefined, { dryRun: true }],
  ['', { dryRun: ['All'] }, { dryRun: true }],
])('a delete with "%s" and %j is understood', (query, body, options) => {
  expect(read(query, body)).toMatchObject(options);
});

test.each<[string, Record<string, unknown> | undefined, number]>([
  ['gracePeriodSeconds=x', undefined, 400],
  ['', { gracePeriodSeconds: '5' }, 400],
  ['', { gracePeriodSeconds: 1.5 }, 400],
  ['propagationPolicy=x', undefined, 422],
  ['', { propagationPolicy: 'Foreground', orphanDependents: true }, 422],
  ['dryRun=x', undefined, 422],
  ['', { dryRun: ['x'] }, 422],
])('a delete with "%s" and %j is refused', (query, body, code) => {
  expect(() => read(query, body)).toThrow(expect.objectContaining({ code }) as ApiError);
});

test('parameters are read as the API writes them', () => {
  const query = new URLSearchParams('a=1&b=true&c=&d=false&e=0&n=-5&resourceVersion=7&dryRun=All');

  expect(['a', 'b', 'c', 'd', 'e', 'none'].map((name) => flag(query, name))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  expect([wholeNumber(query, 'n'), wholeNumber(query, 'c'), wholeNumber(query, 'none')]).toEqual([
    -5,
    undefined,
    undefined,
  ]);
  expect([versionParameter(query), isDryRun('CreateOptions', query)]).toEqual([7, true]);
  expect(() => versionParameter(new URLSearchParams('resourceVersion=x'))).toThrow('resourceVersion');
});
