import { JobRejectedError, Variables } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { buildImage } from './build-image.ts';

const variables = new Variables([
  { key: 'TAG', value: '3.12' },
  { key: 'REGISTRY', value: 'registry.example.com' },
]);

describe('buildImage', () => {
  it.each([
    ["takes the job's image", 'alpine:3.12', 'debian', 'alpine:3.12'],
    ['takes the configured image when the job names none', undefined, 'debian', 'debian'],
    ['takes the configured image when the name of the job is empty', '', 'debian', 'debian'],
    ["replaces variables in the job's image", '$REGISTRY/alpine:${TAG}', '', 'registry.example.com/alpine:3.12'],
    ['replaces variables in the configured image', undefined, 'alpine:$TAG', 'alpine:3.12'],
    ['replaces unknown variables by nothing', 'alpine$UNKNOWN', '', 'alpine'],
  ])('%s', (_, ofJob, configured, expected) => {
    expect(buildImage(ofJob, configured, variables)).toBe(expected);
  });

  it('refuses a job without any image and says both ways to set one', () => {
    const error = refusal(() => buildImage(undefined, '', variables));
    expect(error.message).toBe('the job names no image, and this runner has no default one');
    expect(error.hint).toBe('add "image:" to the job in .gitlab-ci.yml, or set image in [runners.kubernetes]');
    expect(error.reason).toBe('runner_configuration_error');
  });

  it('refuses a name of which nothing is left', () => {
    const error = refusal(() => buildImage('$UNKNOWN', 'debian', variables));
    expect(error.message).toBe('the image name "$UNKNOWN" is empty once its variables are replaced');
  });
});

function refusal(choose: () => string): JobRejectedError {
  try {
    choose();
  } catch (error) {
    if (error instanceof JobRejectedError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
