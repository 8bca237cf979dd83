import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWatchEvent } from './watch-event.ts';

test.each(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'])('%s with an object is an event', (type) => {
  const event = { type, object: { metadata: { resourceVersion: '5' } } };
  expect(parseWatchEvent(Buffer.from(JSON.stringify(event)))).toEqual(event);
});

test('ERROR carries a Status', () => {
  const event = { type: 'ERROR', object: { code: 410, message: 'too old' } };
  expect(parseWatchEvent(Buffer.from(JSON.stringify(event)))).toEqual(event);
});

test.each([
  ['half a line', '{"type":"ADDED","object":{"metada'],
  ['another type', '{"type":"RENAMED","object":{"metadata":{}}}'],
  ['an object without metadata', '{"type":"ADDED","object":{}}'],
  ['no object', '{"type":"ADDED"}'],
  ['null', 'null'],
  ['a page of a proxy', '<html>'],
])('%s is no event', (_, line) => {
  expect(parseWatchEvent(Buffer.from(line))).toBeUndefined();
});

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        expect(() => parseWatchEvent(Buffer.from(bytes))).not.toThrow();
      },
    ),
  );
});
