import { expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { metadataNotices } from './notices.ts';

it.each([
  ['nothing', {}, []],
  [
    'values that fit, and values that only the job knows',
    { pod_labels: { a: 'b.c', branch: '$CI_COMMIT_REF_NAME', d: '' }, pod_annotations: { e: 'f g' } },
    [],
  ],
  [
    'a label that cannot be sent as it is written',
    { pod_labels: { 'example.com/team': 'A & B' } },
    ['pod_labels."example.com/team": "A & B" cannot be the value of a label; "A___B" is sent'],
  ],
])('says what there is to say about %s', (_, config, expected) => {
  expect(notices(config)).toEqual(expected);
});

it('points out a pattern that GitLab Runner would take for more', () => {
  expect(notices({ pod_annotations_overwrite_allowed: 'team=.*' })).toEqual([
    expect.stringMatching(/^pod_annotations_overwrite_allowed: "team=\.\*" must match the whole value here/),
  ]);
});

function notices(config: object): string[] {
  return metadataNotices(configSchema.parse(config), { overwriteMatch: 'whole' }).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}
