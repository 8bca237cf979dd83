import { describe, expect, it } from 'vitest';
import { Places } from './places.ts';

const never = new AbortController().signal;

describe('places', () => {
  it('are given out in order, and each only once', async () => {
    const places = new Places(1);
    const order: string[] = [];
    const first = await places.take(never);
    const others = ['a', 'b'].map(async (name) => {
      const release = await places.take(never);
      order.push(name);
      return release;
    });
    expect(places.isContended).toBe(true);
    first();
    first();
    const second = await others[0]!;
    expect(order).toEqual(['a']);
    second();
    await others[1];
    expect(order).toEqual(['a', 'b']);
  });

  it('are not kept for one who no longer waits', async () => {
    const places = new Places(1);
    const first = await places.take(never);
    const impatient = new AbortController();
    const given = places.take(impatient.signal);
    impatient.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    expect(places.isContended).toBe(false);
    await expect(places.take(impatient.signal)).rejects.toThrow('enough');
    first();
    await places.take(never);
  });

  it('can become more, and fewer without taking any away', async () => {
    const places = new Places(0);
    const waiting = [places.take(never), places.take(never)];
    places.setLimit(2);
    const [one, two] = await Promise.all(waiting);
    places.setLimit(1);
    const third = places.take(never);
    one!();
    expect(places.isContended).toBe(true);
    two!();
    await third;
  });
});
