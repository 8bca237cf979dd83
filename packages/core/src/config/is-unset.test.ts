import { expect, it } from 'vitest';
import { isUnset } from './is-unset.ts';

it.each([
  [''],
  [0],
  [0n],
  [false],
  [[]],
  [{}],
  [{ s3: {}, MaxUploadedArchiveSize: 0 }],
  [[{ name: '' }]],
  [new Date('0001-01-01T00:00:00Z')],
  ['0001-01-01T00:00:00Z'],
])('%s asks for nothing', (value) => expect(isUnset(value)).toBe(true));

it.each([['x'], [1], [true], [[1]], [{ s3: { BucketName: 'b' } }], [new Date(0)], [Number.NaN]])(
  '%s asks for something',
  (value) => expect(isUnset(value)).toBe(false),
);
