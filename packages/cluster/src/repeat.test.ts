import { ClusterApiError, ConnectionLostError } from '@podwright/core';
import { describe, expect, test } from 'vitest';
import { quick } from '../test/api-server.ts';
import type { Outcome } from './outcome.ts';
import { mayRepeat, repeat, type Effect } from './repeat.ts';

const effects: Effect[] = ['read', 'delete', 'create', 'exec'];

function refused(status: number, reason = '', message = ''): Outcome<never> {
  return { kind: 'refused', error: new ClusterApiError(message, status, reason) };
}

function failed(kind: 'unreachable' | 'untrusted' | 'lost'): Outcome<never> {
  return { kind, error: new ConnectionLostError('') };
}

describe('mayRepeat', () => {
  test.each<[string, Outcome<unknown>, Effect[]]>([
    ['an answer', { kind: 'answered', value: 1 }, []],
    ['no connection', failed('unreachable'), effects],
    ['a lost answer', failed('lost'), ['read', 'delete', 'create']],
    ['a certificate that does not hold', failed('untrusted'), []],
    ['too many requests', refused(429), effects],
    ['a time-out of the request', refused(408), effects],
    ['503', refused(503), effects],
    ['502', refused(502), effects],
    ['504', refused(504), effects],
    ['a quota being counted', refused(409, 'Conflict'), ['read', 'delete', 'create']],
    ['a name that is taken', refused(409, 'AlreadyExists'), []],
    ['etcd being slow', refused(500, 'InternalError', 'etcdserver: request timed out'), effects],
    ['a kubelet being away', refused(500, '', 'Error dialing backend: EOF'), effects],
    ['any other 500', refused(500, 'InternalError', 'index out of range'), ['read', 'delete']],
    ['401 the first time', refused(401), effects],
    ['403', refused(403), []],
    ['404', refused(404), []],
    ['422', refused(422), []],
    ['a redirect', refused(302), []],
  ])('%s is repeated only where that is safe', (_, outcome, expected) => {
    expect(effects.filter((effect) => mayRepeat(effect, outcome, 1))).toEqual(expected);
  });

  test('401 is repeated once', () => {
    expect(mayRepeat('read', refused(401), 2)).toBe(false);
  });
});

describe('repeat', () => {
  const { signal } = new AbortController();

  test('goes on until there is an answer', async () => {
    const outcomes: Outcome<string>[] = [failed('unreachable'), failed('lost'), { kind: 'answered', value: 'here' }];
    const outcome = await repeat('read', async () => outcomes.shift() ?? failed('lost'), quick, signal);
    expect(outcome).toEqual({ kind: 'answered', value: 'here' });
  });

  test('gives the last outcome when the time is up', async () => {
    const outcome = await repeat('read', async () => failed('lost'), { ...quick, repeat: 30 }, signal);
    expect(outcome.kind).toBe('lost');
  });

  test('does not begin a pause that would be longer than the time left', async () => {
    let tries = 0;
    const attempt = async (): Promise<Outcome<never>> => {
      tries += 1;
      return { kind: 'refused', error: new ClusterApiError('', 429, ''), retryAfter: 30_000 };
    };
    expect((await repeat('create', attempt, quick, signal)).kind).toBe('refused');
    expect(tries).toBe(1);
  });

  test('ends with the reason of the signal while it waits', async () => {
    const stop = new AbortController();
    const attempt = async (): Promise<Outcome<never>> => {
      setImmediate(() => stop.abort(new Error('cancelled')));
      return { kind: 'refused', error: new ClusterApiError('', 429, ''), retryAfter: 5000 };
    };
    await expect(repeat('read', attempt, quick, stop.signal)).rejects.toThrow('cancelled');
  });
});
