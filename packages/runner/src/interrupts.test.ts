import { describe, expect, it } from 'vitest';
import { listenToInterrupts } from './interrupts.ts';
import { TestIo } from './test-kit/test-io.ts';

describe('listenToInterrupts', () => {
  it('cancels, then kills, then leaves', () => {
    const io = new TestIo('/', {});
    const said: string[] = [];
    const { cancel, kill, close } = listenToInterrupts(io, (text) => said.push(text));
    const state = () => ({ cancel: cancel.signal.aborted, kill: kill.signal.aborted, left: [...io.left] });
    expect(state()).toEqual({ cancel: false, kill: false, left: [] });
    io.interrupt();
    expect(state()).toEqual({ cancel: true, kill: false, left: [] });
    io.interrupt();
    expect(state()).toEqual({ cancel: true, kill: true, left: [] });
    io.interrupt();
    expect(state()).toEqual({ cancel: true, kill: true, left: [130] });
    expect(said).toHaveLength(3);
    close();
    expect(io.isListening).toBe(false);
  });
});
