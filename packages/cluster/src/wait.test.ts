import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { onAbort, sleep, withDeadline } from './wait.ts';

const never = async (): Promise<never> => new Promise(() => undefined);

describe('withDeadline', () => {
  test('gives what the work gives, and leaves nothing on the signal', async () => {
    const { signal } = new AbortController();
    expect(await withDeadline(10_000, signal, async () => 1)).toBe(1);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('throws what the work throws', async () => {
    const work = async (): Promise<never> => Promise.reject(new Error('broken'));
    await expect(withDeadline(10_000, new AbortController().signal, work)).rejects.toThrow('broken');
  });

  test('does not wait for work that heeds nothing', async () => {
    await expect(withDeadline(5, new AbortController().signal, never)).rejects.toThrow('no answer within 5 ms');
    const stop = new AbortController();
    setImmediate(() => stop.abort(new Error('cancelled')));
    await expect(withDeadline(10_000, stop.signal, never)).rejects.toThrow('cancelled');
  });

  test('tells the work that time is up', async () => {
    let told: unknown;
    const work = async (signal: AbortSignal): Promise<never> => {
      onAbort(signal, () => {
        told = signal.reason;
      });
      return never();
    };
    await expect(withDeadline(5, new AbortController().signal, work)).rejects.toThrow('no answer');
    expect(told).toMatchObject({ name: 'DeadlineError' });
  });

  test('does not begin when the signal was aborted before', async () => {
    let begun = false;
    const work = async (): Promise<void> => {
      begun = true;
    };
    await expect(withDeadline(5, AbortSignal.abort(new Error('cancelled')), work)).rejects.toThrow('cancelled');
    expect(begun).toBe(false);
  });
});

describe('onAbort', () => {
  test('calls at once when the signal was aborted before', () => {
    let calls = 0;
    onAbort(AbortSignal.abort(), () => {
      calls += 1;
    });
    expect(calls).toBe(1);
  });

  test('does not call what was taken away', () => {
    const stop = new AbortController();
    let calls = 0;
    onAbort(stop.signal, () => {
      calls += 1;
    })();
    stop.abort();
    expect(calls).toBe(0);
  });
});

test('a sleep ends with the reason of the signal', async () => {
  const stop = new AbortController();
  setImmediate(() => stop.abort(new Error('cancelled')));
  await expect(sleep(60_000, stop.signal)).rejects.toThrow('cancelled');
});
