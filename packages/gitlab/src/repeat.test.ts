import { expect, test } from 'vitest';
import { CoordinatorUnreachableError } from './errors.ts';
import { mayRepeat, repeat, type Outcome } from './repeat.ts';
import { backoff, defaultTiming } from './timing.ts';

const timing = { ...defaultTiming, backoffMin: 1, backoffMax: 2 };
const { signal } = new AbortController();

function answered(status: number, headers = {}): Outcome {
  return { kind: 'answered', answer: { status, headers, body: '' } };
}

function failed(kind: 'unreachable' | 'untrusted' | 'lost'): Outcome {
  return { kind, error: new CoordinatorUnreachableError(kind) };
}

test.each<[string, Outcome, boolean, boolean]>([
  ['unreachable', failed('unreachable'), true, true],
  ['untrusted', failed('untrusted'), false, false],
  ['lost', failed('lost'), true, false],
  ['408', answered(408), true, false],
  ['429', answered(429), true, true],
  ['500', answered(500), true, false],
  ['502', answered(502), true, false],
  ['503', answered(503), true, true],
  ['200', answered(200), false, false],
  ['302', answered(302), false, false],
  ['403', answered(403), false, false],
  ['404', answered(404), false, false],
  ['409', answered(409), false, false],
  ['416', answered(416), false, false],
])('%s', (_, outcome, idempotent, other) => {
  expect([mayRepeat(true, outcome), mayRepeat(false, outcome)]).toEqual([idempotent, other]);
});

test('repeats until the outcome is final', async () => {
  const outcomes = [failed('lost'), answered(500), answered(429, { 'retry-after': '0' }), answered(200)];
  await expect(repeat(true, async () => outcomes.shift()!, timing, signal)).resolves.toMatchObject({ status: 200 });
  expect(outcomes).toEqual([]);
});

test('does not wait for longer than it may', async () => {
  const outcomes = [answered(429, { 'retry-after': '3600' }), answered(200)];
  await expect(repeat(true, async () => outcomes.shift()!, timing, signal)).resolves.toMatchObject({ status: 429 });
});

test('gives the last error when the time is up', async () => {
  const attempt = async (): Promise<Outcome> => failed('unreachable');
  await expect(repeat(true, attempt, { ...timing, repeat: 0 }, signal)).rejects.toThrow('unreachable');
});

test('stops waiting when it is aborted', async () => {
  const controller = new AbortController();
  const attempt = async (): Promise<Outcome> => {
    setImmediate(() => controller.abort(new Error('enough')));
    return answered(429, { 'retry-after': '3600' });
  };
  const patient = { ...timing, repeat: 7_200_000 };
  await expect(repeat(true, attempt, patient, controller.signal)).rejects.toThrow('enough');
});

test.each([
  [1, 0, 100],
  [1, 1, 100],
  [2, 0, 100],
  [2, 1, 200],
  [4, 0.5, 600],
  [99, 0, 500],
  [99, 1, 1_000],
])('the pause after %i failures, with %d of chance', (failures, chance, expected) => {
  expect(backoff(failures, 100, 1_000, () => chance)).toBe(expected);
});
