import { toProblems } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';

describe('configSchema', () => {
  it('has a default for each key', () => {
    expect(configSchema.parse({})).toEqual({ image: '', helper_image: '', pull_policy: [], image_pull_secrets: [] });
  });

  it.each([
    ['one text', 'always', ['always']],
    ['the empty text', '', ['']],
    ['a list', ['never', 'if-not-present'], ['never', 'if-not-present']],
    ['an empty list', [], []],
  ])('takes %s as pull_policy', (_, written, expected) => {
    expect(configSchema.parse({ pull_policy: written }).pull_policy).toEqual(expected);
  });

  it.each([
    ['another word', 'Always', '"Always"'],
    ['another word in a list', ['always', 'sometimes'], '["always","sometimes"]'],
    ['a number', 1, '1'],
  ])('refuses %s as pull_policy and lists the valid ones', (_, written, shown) => {
    expect(problems({ pull_policy: written })).toEqual([
      `pull_policy: ${shown} must be "always", "if-not-present", "never", or a list of these in the order to try`,
    ]);
  });

  it.each([['debian:12'], ['$IMAGE:a b'], ['registry.example.com:5000/a/b@$DIGEST']])('takes %s as image', (image) => {
    expect(problems({ image, helper_image: image })).toEqual([]);
  });

  it.each([['a b'], ['Debian'], ['https://x/y']])('refuses %s as image', (image) => {
    const message = `${JSON.stringify(image)} is no image: an image is [registry/]name[:tag][@digest], its name in lower case`;
    expect(problems({ image, helper_image: image })).toEqual([`image: ${message}`, `helper_image: ${message}`]);
  });

  it('refuses Secrets without a name, and reports all problems', () => {
    expect(problems({ image_pull_secrets: ['a', ''], image: 1 })).toEqual([
      'image: expected string, received number',
      'image_pull_secrets[1]: must be the name of a Secret',
    ]);
  });
});

function problems(config: object): string[] {
  const parsed = configSchema.safeParse(config);
  return parsed.success ? [] : toProblems(parsed.error, '').map(({ path, message }) => `${path}: ${message}`);
}
