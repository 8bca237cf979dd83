import { isWrittenImage, notAnImage } from '@podwright/core';
import { z } from 'zod';

/** Pull policies in GitLab's words; empty stands for whatever the cluster does by itself. */
export type PullPolicy = 'always' | 'if-not-present' | 'never' | '';

/** The plugin's keys of `[runners.kubernetes]`, with defaults filled in. */
export interface ImagesConfig {
  /** Image of the build container when the job names none; variables are replaced. Empty: such a job is refused. */
  readonly image: string;
  /** Image of the helper container; only three variables of the runner are replaced. Empty: GitLab's helper image. */
  readonly helper_image: string;
  /** Pull policies of all containers, tried in this order; written as one text or a list. Empty: the cluster's default. */
  readonly pull_policy: readonly PullPolicy[];
  /** Names of existing Secrets with registry credentials. Empty: none. */
  readonly image_pull_secrets: readonly string[];
}

const image = z
  .string()
  .refine(isWrittenImage, { error: ({ input }) => notAnImage(input) })
  .default('');

const pullPolicy = z.enum(['always', 'if-not-present', 'never', '']);

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z.strictObject({
  image: image.describe(
    'Image of the build container when the job names none. Variables are replaced. Empty refuses such jobs.',
  ),
  helper_image: image.describe(
    'Image of the helper container. Only `CI_RUNNER_VERSION`, `CI_RUNNER_REVISION` and `CI_RUNNER_EXECUTABLE_ARCH` are replaced. Empty takes the default helper image.',
  ),
  pull_policy: z
    .union([pullPolicy, z.array(pullPolicy)], {
      error: ({ input }) =>
        `${JSON.stringify(input)} must be "always", "if-not-present", "never", or a list of these in the order to try`,
    })
    .default([])
    .transform((written) => (typeof written === 'string' ? [written] : written))
    .describe(
      'Pull policy of all containers, or a list: when an image cannot be pulled, the next one is tried. Empty leaves it to the cluster.',
    ),
  image_pull_secrets: z
    .array(z.string().min(1, 'must be the name of a Secret'))
    .default([])
    .describe('Names of Secrets with registry credentials, which exist in the namespace of the job.'),
}) satisfies z.ZodType<ImagesConfig>;
