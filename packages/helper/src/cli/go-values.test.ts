import { expect, it } from 'vitest';
import { parseBool, parseDuration } from './go-values.ts';

it.each([
  ['0', 0],
  ['1h0m0s', 3_600_000],
  ['10m', 600_000],
  ['1.5s', 1500],
  ['250ms', 250],
  ['1h2m3s', 3_723_000],
  ['', undefined],
  ['10', undefined],
  ['-1s', undefined],
  ['s', undefined],
  ['1s ', undefined],
])('reads the duration %j', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

it.each([
  ['true', true],
  ['T', true],
  ['1', true],
  ['False', false],
  ['0', false],
  ['yes', undefined],
  ['', undefined],
])('reads the boolean %j', (text, expected) => {
  expect(parseBool(text)).toBe(expected);
});
