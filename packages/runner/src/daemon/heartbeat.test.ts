import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deadAfter, Heartbeat } from './heartbeat.ts';

let folder: string;
let mine: Heartbeat;
let other: Heartbeat;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'podwright-test-'));
  mine = new Heartbeat(folder);
  other = new Heartbeat(folder);
  await mine.begin();
});

afterEach(async () => {
  await mine.end();
  await other.end();
  rmSync(folder, { recursive: true, force: true });
});

/** As if the other one had shown nothing for so many milliseconds. */
function silentFor(milliseconds: number): void {
  const then = new Date(Date.now() - milliseconds);
  utimesSync(join(folder, '.podwright_lives', other.life), then, then);
}

describe('a heartbeat', () => {
  it('is seen by the others until it ends', async () => {
    await other.begin();
    expect(await mine.dead()).toEqual(new Set());
    expect(await other.dead()).toEqual(new Set());
    await other.end();
    expect(await mine.dead()).toEqual(new Set([other.life]));
  });

  it('may be late, and ends in death, which is forgotten after a week', async () => {
    await other.begin();
    silentFor(deadAfter - 30_000);
    expect(await mine.dead()).toEqual(new Set());
    silentFor(deadAfter + 5000);
    expect(await mine.dead()).toEqual(new Set([other.life]));
    silentFor(8 * 86_400_000);
    expect(await mine.dead()).toEqual(new Set([other.life]));
    expect(await mine.dead()).toEqual(new Set());
  });

  it('tells nothing of others where nothing can be written', async () => {
    const nowhere = new Heartbeat(join(folder, 'none'));
    expect(await nowhere.begin()).toBe(false);
    expect(await nowhere.dead()).toEqual(new Set());
    await nowhere.end();
  });
});
