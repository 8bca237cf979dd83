import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { runExec } from './exec-session.ts';
import { defaultTiming } from './timing.ts';

const success = '{"metadata":{},"status":"Success"}';

/** The side of a WebSocket that is used; messages are emitted at once, also while it is paused, as a full buffer would. */
class FakeSocket extends EventEmitter {
  paused = true;
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  ping(): void {}
  send(): void {}
  terminate(): void {
    this.emit('close');
  }
}

/** Plays messages into a session, then the close; `slow` says which pieces of output are awaited. */
async function play(messages: readonly Uint8Array[], slow: (piece: number) => boolean) {
  const socket = new FakeSocket();
  const out: number[] = [];
  const err: number[] = [];
  let pieces = 0;
  const take = (to: number[]) => (chunk: Uint8Array) => {
    to.push(...chunk);
    pieces += 1;
    return slow(pieces) ? new Promise<void>((resolve) => void setImmediate(resolve)) : undefined;
  };
  const options = { signal: new AbortController().signal, onStdout: take(out), onStderr: take(err) };
  const ended = runExec({ ws: socket as unknown as WebSocket, what: 'exec', options, timing: defaultTiming });
  const settled = ended.then(
    (exitCode) => exitCode,
    (error: unknown) => error,
  );
  for (const message of messages) socket.emit('message', Buffer.from(message));
  socket.emit('close');
  return { ended: await settled, out, err };
}

const noise = fc.uint8Array({ maxLength: 20 });
const output = fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 10 }));

describe('an exec, whatever the server sends', () => {
  test('is never a success without a status that says so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(noise), async (messages) => {
        expect((await play(messages, () => false)).ended).toMatchObject({ code: 'CONNECTION_LOST' });
      }),
    );
  });

  test('gives each byte once and in order, however slowly it is taken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(output), fc.infiniteStream(fc.boolean()), async (pieces, slow) => {
        const messages = pieces.map(([channel, content]) => Uint8Array.from([channel, ...content]));
        const status = Buffer.from(`\u0003${success}`);
        const played = await play([...messages, status], () => slow.next().value ?? false);
        const bytes = (wanted: number) =>
          pieces.flatMap(([channel, content]) => (channel === wanted ? [...content] : []));
        expect(played).toEqual({ ended: 0, out: bytes(1), err: bytes(2) });
      }),
    );
  });
});
