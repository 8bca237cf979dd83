import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Leases } from './leases.ts';

function leases(linger: number) {
  const closed: string[] = [];
  let made = 0;
  const all = new Leases((key) => {
    made += 1;
    const name = `${key}${made}`;
    return { name, close: async () => void closed.push(name) };
  }, linger);
  return { all, closed };
}

test('one key is one thing, as long as somebody uses it', () => {
  const { all } = leases(10_000);
  const [first, second, other] = [all.take('a'), all.take('a'), all.take('b')];
  expect([first, second, other].map(({ value }) => value.name)).toEqual(['a1', 'a1', 'b2']);
});

test('the next user finds it, for a while', () => {
  const { all, closed } = leases(10_000);
  all.take('a').release();
  expect(all.take('a').value.name).toBe('a1');
  expect(closed).toEqual([]);
});

test('it is closed once the last user has been away for a while', async () => {
  const { all, closed } = leases(5);
  const [first, second] = [all.take('a'), all.take('a')];
  first.release();
  first.release();
  await delay(30);
  expect(closed).toEqual([]);
  second.release();
  await expect.poll(() => closed).toEqual(['a1']);
  expect(all.take('a').value.name).toBe('a2');
});

test('whoever comes meanwhile keeps it open', async () => {
  const { all, closed } = leases(20);
  all.take('a').release();
  const again = all.take('a');
  await delay(40);
  expect(closed).toEqual([]);
  again.release();
});

test('closing closes what is in use too, once', async () => {
  const { all, closed } = leases(5);
  const { release } = all.take('a');
  all.take('b').release();
  await all.close();
  release();
  await delay(30);
  expect(closed).toEqual(['a1', 'b2']);
});
