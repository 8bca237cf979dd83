import { expect, test } from 'vitest';
import { Faults, type SeenRequest } from './faults.ts';

const getPod: SeenRequest = { verb: 'get', resource: 'pods', namespace: 'default', name: 'p' };

test('a fault hits as many requests as it says', () => {
  const faults = newFaults();
  faults.answer({ code: 503 }, { times: 2 });
  const taken = [1, 2, 3].map(() => faults.take(getPod)?.answer?.code);

  expect(taken).toEqual([503, 503, undefined]);
});

test('a fault hits only what it matches', () => {
  const faults = newFaults();
  faults.loseAnswer({ match: { verb: 'create', resource: 'pods' } });

  expect(faults.take(getPod)).toBeUndefined();
  expect(faults.take({ ...getPod, verb: 'create', resource: 'secrets' })).toBeUndefined();
  expect(faults.take({ ...getPod, verb: 'create' })).toEqual({ delayMs: 0, loseAnswer: true });
});

test('faults add up, and the first answer wins', () => {
  const faults = newFaults();
  faults.delay(5, { times: Infinity });
  faults.delay(6);
  faults.answer({ code: 429, retryAfter: 1 });
  faults.answer({ code: 500 });

  expect(faults.take(getPod)).toEqual({ delayMs: 11, loseAnswer: false, answer: { code: 429, retryAfter: 1 } });
  expect(faults.take(getPod)).toEqual({ delayMs: 5, loseAnswer: false });
  faults.clear();
  expect(faults.take(getPod)).toBeUndefined();
});

test('a fault that would hit nothing is refused', () => {
  expect(() => newFaults().delay(1, { times: 0 })).toThrow(RangeError);
});

test('what is forbidden stays so until all is cleared', () => {
  const faults = newFaults();
  faults.forbid({ verb: 'get', resource: 'pods' });

  expect([1, 2].map(() => faults.isForbidden(getPod))).toEqual([true, true]);
  expect(faults.isForbidden({ ...getPod, resource: 'pods/exec' })).toBe(false);
  faults.clear();
  expect(faults.isForbidden(getPod)).toBe(false);
});

test('pulling fails for the images that a pattern is found in', () => {
  const faults = newFaults();
  faults.failImagePulls(/^broken/g, 'no such image');

  expect(['broken:1', 'broken:1', 'fine:1'].map((image) => faults.imagePullFailure(image))).toEqual([
    'no such image',
    'no such image',
    undefined,
  ]);
  faults.clear();
  expect(faults.imagePullFailure('broken:1')).toBeUndefined();
});

function newFaults(): Faults {
  return new Faults({
    dropWatches: () => 0,
    dropExecs: () => 0,
    dropConnections: () => 0,
    expireWatches: () => {},
    forgetHistory: () => {},
  });
}
