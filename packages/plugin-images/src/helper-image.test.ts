import { Variables } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { defaultHelperImage, helperImage } from './helper-image.ts';

const variables = new Variables([
  { key: 'CI_RUNNER_VERSION', value: '0.1.0' },
  { key: 'CI_RUNNER_REVISION', value: 'abcdef12' },
  { key: 'CI_RUNNER_EXECUTABLE_ARCH', value: 'linux/amd64' },
  { key: 'CI_PROJECT_NAME', value: 'evil' },
]);

describe('helperImage', () => {
  it('is that of GitLab when none is configured', () => {
    expect(helperImage('', variables)).toBe(defaultHelperImage);
  });

  it.each([
    ['the three variables of the runner', 'h:$CI_RUNNER_VERSION-${CI_RUNNER_REVISION}', 'h:0.1.0-abcdef12'],
    ['the architecture', 'h:${CI_RUNNER_EXECUTABLE_ARCH}', 'h:linux/amd64'],
    ['nothing that a job could set', 'h/$CI_PROJECT_NAME', 'h/'],
  ])('replaces %s', (_, configured, expected) => {
    expect(helperImage(configured, variables)).toBe(expected);
  });
});
