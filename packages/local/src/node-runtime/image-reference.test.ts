import { expect, test } from 'vitest';
import { invalidImageReason } from './image-reference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

test.each([
  'alpine',
  'alpine:3.19',
  'library/alpine',
  'docker.io/library/alpine:3',
  'localhost/a',
  'registry.example.com:5000/group/project/image:v1.2.3-rc_1',
  '127.0.0.1:5000/ci:1',
  '[::1]:5000/ci',
  `alpine@${digest}`,
  `registry:5000/a/b:1@${digest}`,
  'a__b/c--d/e.f',
  'UPPER.example.com/image',
])('takes %s', (image) => {
  expect(invalidImageReason(image)).toBeUndefined();
});

test.each([
  ['', 'invalid reference format'],
  ['Alpine', 'invalid reference format: repository name must be lowercase'],
  ['Bad//image:1', 'invalid reference format'],
  ['alpine:', 'invalid reference format'],
  ['alpine:a b', 'invalid reference format'],
  ['alpine@sha256:12', 'invalid reference format'],
  ['-alpine', 'invalid reference format'],
  ['a/'.repeat(200), 'repository name must not be more than 255 characters'],
])('refuses %j: %s', (image, why) => {
  expect(invalidImageReason(image)).toBe(
    `Failed to apply default image tag "${image}": couldn't parse image reference "${image}": ${why}`,
  );
});

test('takes no longer for long names than it must', () => {
  expect(invalidImageReason(`${'a-'.repeat(100_000)}:`)).toContain('invalid reference format');
});
