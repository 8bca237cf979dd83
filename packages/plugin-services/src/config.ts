import { hostNameRule, isDnsSubdomain, isWrittenImage, notAnImage } from '@podwright/core';
import { z } from 'zod';
import { splitAliases } from './host-names.ts';

/** One service of the configuration, with defaults filled in. */
export interface ConfiguredService {
  /** Image of the service; variables are replaced. */
  readonly name: string;
  /** Further host names, separated by commas or white space; variables are replaced. Empty: none. */
  readonly alias: string;
  /** Arguments of the program. Empty: those of the image. */
  readonly command: readonly string[];
  /** Program that is started. Empty: the image's. */
  readonly entrypoint: readonly string[];
}

/** The plugin's keys of `[runners.kubernetes]`, with defaults filled in. */
export interface ServicesConfig {
  /** Services of every job, which come before the job's own. Empty: none. */
  readonly services: readonly ConfiguredService[];
}

const words = z.array(z.string(), { error: 'must be a list of texts, such as ["sh", "-c"]' }).default([]);

const service = z.strictObject({
  name: z
    .string({ error: 'must be the name of an image' })
    .min(1, 'must be the name of an image')
    .refine(isWrittenImage, { error: ({ input }) => notAnImage(input) })
    .describe('Image of the service. Variables are replaced.'),
  alias: z
    .string()
    .superRefine((alias, context) => {
      // What a variable stands for is known when a job comes.
      if (alias.includes('$')) return;
      for (const wrong of splitAliases(alias).filter((text) => !isDnsSubdomain(text))) {
        context.addIssue({ code: 'custom', message: `${JSON.stringify(wrong)} is no host name: ${hostNameRule}` });
      }
    })
    .default('')
    .describe(
      'Further host names of the service, separated by commas or white space. Variables are replaced. Empty: only the one made from the name.',
    ),
  command: words.describe("Arguments of the service's program. Empty: those of the image."),
  entrypoint: words.describe("The service's program, and its first arguments. Empty: the image's."),
});

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z.strictObject({
  services: z
    .array(service, { error: 'must be a list: write [[runners.kubernetes.services]]' })
    .default([])
    .describe("Services that run beside every job, before the job's own. Empty: none."),
}) satisfies z.ZodType<ServicesConfig>;
