import { JobRejectedError, type Variables } from '@podwright/core';

/**
 * Chooses the image of the build container: the job's, else the configured one; variables are replaced.
 * @param ofJob the job's `image:name`; empty or absent when it names none
 * @param configured `image` of the configuration; empty when it is not set
 * @throws JobRejectedError when there is none, or nothing is left of its name
 */
export function buildImage(ofJob: string | undefined, configured: string, variables: Variables): string {
  const written = ofJob === undefined || ofJob === '' ? configured : ofJob;
  if (written === '') {
    throw new JobRejectedError('the job names no image, and this runner has no default one', {
      hint: 'add "image:" to the job in .gitlab-ci.yml, or set image in [runners.kubernetes]',
    });
  }
  const image = variables.expand(written);
  if (image !== '') return image;
  throw new JobRejectedError(`the image name ${JSON.stringify(written)} is empty once its variables are replaced`, {
    hint: 'check that the variables in the name are set for this job',
  });
}
