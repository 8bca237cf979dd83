import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ApiError } from '../api-error.ts';
import { applyPatch } from './apply-patch.ts';
import { jsonPatch, JsonPatchError } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

// The examples of RFC 7386.
test.each<[unknown, unknown, unknown]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [['a'], { a: 'b' }, { a: 'b' }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('merge patch: %j with %j is %j', (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result);
});

test.each<[string, unknown, unknown[], unknown]>([
  ['adds a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
  ['inserts into a list', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
  ['appends to a list', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
  ['replaces in a list', { a: [1, 2] }, [{ op: 'replace', path: '/a/0', value: 9 }], { a: [9, 2] }],
  ['removes', { a: 1, b: [1, 2] }, [{ op: 'remove', path: '/b/0' }], { a: 1, b: [2] }],
  ['moves', { a: { x: 1 }, b: {} }, [{ op: 'move', from: '/a/x', path: '/b/y' }], { a: {}, b: { y: 1 } }],
  ['copies', { a: { x: 1 } }, [{ op: 'copy', from: '/a', path: '/b' }], { a: { x: 1 }, b: { x: 1 } }],
  ['goes on after a test', { a: 1 }, [{ op: 'test', path: '/a', value: 1 }], { a: 1 }],
  [
    'understands ~0 and ~1',
    { 'a/b': 1, 'm~n': 2 },
    [
      { op: 'remove', path: '/a~1b' },
      { op: 'remove', path: '/m~0n' },
    ],
    {},
  ],
  ['replaces the whole', { a: 1 }, [{ op: 'replace', path: '', value: { b: 1 } }], { b: 1 }],
])('JSON patch %s', (_title, document, patch, result) => {
  const before = structuredClone(document);

  expect(jsonPatch(document, patch)).toEqual(result);
  expect(document).toEqual(before);
});

test.each<[string, unknown]>([
  ['no list', {}],
  ['an operation that is no object', ['x']],
  ['an unknown operation', [{ op: 'x', path: '/a' }]],
  ['a path without slash', [{ op: 'add', path: 'a', value: 1 }]],
  ['the removal of what is not there', [{ op: 'remove', path: '/x' }]],
  ['the replacement of what is not there', [{ op: 'replace', path: '/x', value: 1 }]],
  ['an index beyond the list', [{ op: 'add', path: '/list/9', value: 1 }]],
  ['a path through a number', [{ op: 'add', path: '/a/b', value: 1 }]],
  ['a test that fails', [{ op: 'test', path: '/a', value: 2 }]],
  ['an inherited member', [{ op: 'test', path: '/constructor', value: 2 }]],
])('JSON patch refuses %s', (_title, patch) => {
  expect(() => jsonPatch({ a: 1, list: [1] }, patch)).toThrow(JsonPatchError);
});

test.each<[string, unknown, unknown, unknown]>([
  ['merges maps', { labels: { a: '1' } }, { labels: { b: '2' } }, { labels: { a: '1', b: '2' } }],
  ['removes what is null', { labels: { a: '1', b: '2' } }, { labels: { a: null } }, { labels: { b: '2' } }],
  [
    'merges containers by name',
    { containers: [{ name: 'a', image: '1' }, { name: 'b' }] },
    { containers: [{ name: 'a', image: '2' }, { name: 'c' }] },
    { containers: [{ name: 'a', image: '2' }, { name: 'b' }, { name: 'c' }] },
  ],
  [
    'merges deep lists',
    { containers: [{ name: 'a', env: [{ name: 'X', value: '1' }] }] },
    { containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] },
    {
      containers: [
        {
          name: 'a',
          env: [
            { name: 'X', value: '1' },
            { name: 'Y', value: '2' },
          ],
        },
      ],
    },
  ],
  [
    'deletes an item',
    { volumes: [{ name: 'a' }, { name: 'b' }] },
    { volumes: [{ name: 'a', $patch: 'delete' }] },
    { volumes: [{ name: 'b' }] },
  ],
  [
    'puts items into the given order',
    { volumes: [{ name: 'a' }, { name: 'b' }] },
    { '$setElementOrder/volumes': [{ name: 'b' }, { name: 'c' }, { name: 'a' }], volumes: [{ name: 'c' }] },
    { volumes: [{ name: 'b' }, { name: 'c' }, { name: 'a' }] },
  ],
  ['replaces a list without key', { command: ['a', 'b'] }, { command: ['c'] }, { command: ['c'] }],
  ['joins finalizers', { finalizers: ['a'] }, { finalizers: ['b', 'a'] }, { finalizers: ['a', 'b'] }],
  [
    'takes finalizers away',
    { finalizers: ['a', 'b'] },
    { '$deleteFromPrimitiveList/finalizers': ['a'] },
    { finalizers: ['b'] },
  ],
  ['replaces an object', { spec: { a: 1 } }, { spec: { $patch: 'replace', b: 2 } }, { spec: { b: 2 } }],
  ['removes an object', { spec: { a: 1 }, x: 1 }, { spec: { $patch: 'delete' } }, { x: 1 }],
  [
    'replaces a list',
    { env: [{ name: 'a' }] },
    { env: [{ $patch: 'replace' }, { name: 'b' }] },
    { env: [{ name: 'b' }] },
  ],
  [
    'retains only some keys',
    { volume: { name: 'a', emptyDir: {} } },
    { volume: { $retainKeys: ['name', 'secret'], secret: { secretName: 's' } } },
    { volume: { name: 'a', secret: { secretName: 's' } } },
  ],
])('strategic merge patch %s', (_title, target, patch, result) => {
  const before = structuredClone(target);

  expect(strategicMergePatch(target, patch)).toEqual(result);
  expect(target).toEqual(before);
});

test('no patch reaches the prototype of objects', () => {
  const patch = JSON.parse('{"__proto__": {"polluted": true}}') as object;

  expect(mergePatch({}, patch)).not.toHaveProperty('polluted');
  expect(strategicMergePatch({}, patch)).not.toHaveProperty('polluted');
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('a merge patch of an object with itself changes nothing', () => {
  const objects = fc.object({ values: [fc.string(), fc.integer(), fc.boolean()], maxDepth: 4 });
  fc.assert(
    fc.property(objects, (object) => {
      expect(mergePatch(object, object)).toEqual(object);
    }),
  );
});

test('the type of patch is told by the media type', () => {
  expect(applyPatch('application/merge-patch+json', { a: 1 }, { a: null })).toEqual({});
  expect(() => applyPatch('application/apply-patch+yaml', {}, {})).toThrow(
    expect.objectContaining({ code: 415 }) as ApiError,
  );
  expect(() => applyPatch('application/json-patch+json', {}, [{ op: 'remove', path: '/a' }])).toThrow(
    expect.objectContaining({ code: 422 }) as ApiError,
  );
  expect(() => applyPatch('application/merge-patch+json', {}, [1])).toThrow(
    expect.objectContaining({ code: 400 }) as ApiError,
  );
});
