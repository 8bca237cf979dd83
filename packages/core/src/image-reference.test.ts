import { expect, it } from 'vitest';
import { isImageReference } from './image-reference.ts';

const sha = `sha256:${'a'.repeat(64)}`;

it.each([
  ['debian'],
  ['debian:bookworm-slim'],
  ['library/debian'],
  ['registry.example.com/group/sub_group/my-app__x:1.0_b'],
  ['localhost/x'],
  ['localhost:5000/x:latest'],
  ['REGISTRY/x'],
  ['10.0.0.1:5000/x'],
  ['[fe80::1]:5000/x'],
  [`debian@${sha}`],
  [`registry.k8s.io/pause:3.10@${sha}`],
  ['a--b/c.d'],
])('%s is an image', (text) => expect(isImageReference(text)).toBe(true));

it.each([
  [''],
  ['a b'],
  [' debian'],
  ['Debian'],
  ['debian:'],
  ['debian:a b'],
  ['debian:a:b'],
  ['debian@sha256:abc'],
  [`debian@${sha}@${sha}`],
  ['https://registry.example.com/x'],
  ['/x'],
  ['x/'],
  ['a//b'],
  ['-a.example.com/x'],
  ['a___b'],
  ['a'.repeat(256)],
])('%j is none', (text) => expect(isImageReference(text)).toBe(false));
