import { expect, it } from 'vitest';
import type { Logger } from '../ports.ts';
import { maskedLogger } from './masked-logger.ts';
import { maskedResult } from './masked-result.ts';
import { TextMask } from './text-mask.ts';

const mask = new TextMask(['hunter22', 'job-token']);

it.each([
  ['nothing to hide', 'nothing to hide'],
  ['', ''],
  ['a hunter22 b', 'a [MASKED] b'],
  ['job-tokenhunter22', '[MASKED]'],
  ['hunter2', 'hunter2'],
  ['ü hunter22', 'ü [MASKED]'],
])('shows %j as %j, each text for itself', (text, expected) => {
  expect([mask.text(text), mask.text(text)]).toEqual([expected, expected]);
});

it.each([
  ['a beginning', 'x job-toke', 'x [MASKED]'],
  ['a beginning that is too short to tell', 'x job-tok', 'x job-tok'],
  ['a beginning in the middle', 'job-toke x', 'job-toke x'],
])('hides a secret that was cut off at the end: %s', (_, text, expected) => {
  expect([mask.text(text), mask.text('x')]).toEqual([expected, 'x']);
});

it('hides what it is told of later, too', () => {
  const later = new TextMask(['hunter22']);
  expect(later.text('hunter22 signed-url')).toBe('[MASKED] signed-url');
  later.hide(['signed-url']);
  expect(later.text('hunter22 signed-url')).toBe('[MASKED] [MASKED]');
});

it('hides nothing without secrets', () => expect(new TextMask([]).text('a')).toBe('a'));

it('masks keys, values and errors in data, and leaves the rest', () => {
  const data = { 'a/hunter22': [1, true, null, 'hunter22', { b: 'x' }], error: new Error('no hunter22'), c: undefined };
  expect(mask.data(data)).toEqual({
    'a/[MASKED]': [1, true, null, '[MASKED]', { b: 'x' }],
    error: 'no [MASKED]',
    c: undefined,
  });
});

it('masks message and hint of a failure, and nothing else', () => {
  const failure = { state: 'failed', reason: 'script_failure', stage: 'failed', message: 'is failed' } as const;
  const failed = new TextMask(['failed']);
  expect(maskedResult(failure, failed)).toEqual({ ...failure, message: 'is [MASKED]' });
  expect(maskedResult({ ...failure, hint: 'be failed' }, failed)).toMatchObject({ hint: 'be [MASKED]' });
  expect(maskedResult({ state: 'success' }, failed)).toEqual({ state: 'success' });
});

it('masks fields and message of every line of a logger, and of its children', () => {
  const lines: unknown[] = [];
  const masked = maskedLogger(loggerInto(lines, {}), mask).child({ namespace: 'of-hunter22' });
  for (const level of ['debug', 'info', 'warn', 'error'] as const) masked[level]({ error: 'hunter22' }, 'the hunter22');
  const line = { namespace: 'of-[MASKED]', error: '[MASKED]', message: 'the [MASKED]' };
  expect(lines).toEqual([line, line, line, line]);
});

function loggerInto(lines: unknown[], bindings: object): Logger {
  const write = (fields: object, message: string) => void lines.push({ ...bindings, ...fields, message });
  const child = (more: object) => loggerInto(lines, { ...bindings, ...more });
  return { debug: write, info: write, warn: write, error: write, child };
}
