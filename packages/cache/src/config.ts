import { isUnset, type ConfigNotice } from '@podwright/core';
import { z } from 'zod';
import { azureConfigSchema, azureProblems } from './azure/config.ts';
import { gcsConfigSchema, gcsProblems } from './gcs/config.ts';
import type { KeyProblem } from './key-problem.ts';
import { leadsOut } from './object-name.ts';
import { s3ConfigSchema, s3Problems } from './s3/config.ts';

const types = ['s3', 'gcs', 'azure'] as const;

const tables = z.strictObject({
  Type: z
    .enum(['', ...types])
    .default('')
    .describe('Which store caches are shared through. Empty: none, they are local.'),
  Path: z
    .string()
    .refine((path) => !leadsOut(path), { error: 'leads out of the bucket' })
    .default('')
    .describe("Put before the name of each object, such as `team/ci`; slashes at its ends don't count."),
  Shared: z.boolean().default(false).describe('Whether all runners share their caches; each has its own otherwise.'),
  MaxUploadedArchiveSize: z
    .int()
    .min(0)
    .default(0)
    .describe('Bytes of the largest archive that is sent; needs a helper image of 15.1 or later. 0: no limit.'),
  s3: s3ConfigSchema.prefault({}).describe('For `Type = "s3"`: Amazon S3, or a server that speaks its protocol.'),
  gcs: gcsConfigSchema.prefault({}).describe('For `Type = "gcs"`: Google Cloud Storage.'),
  azure: azureConfigSchema.prefault({}).describe('For `Type = "azure"`: Azure Blob Storage.'),
});

/** `[runners.cache]` with its defaults filled in. */
export type CacheConfig = z.output<typeof tables>;

/** What `[runners.cache]` may say. Keys are GitLab Runner's. Of the tables, only the one that `Type` names must be whole. */
export const cacheConfigSchema = tables.superRefine((config, context) => {
  if (config.Type === '') return;
  for (const { key, message } of problemsOf[config.Type](config)) {
    context.addIssue({ code: 'custom', path: [config.Type, key], message });
  }
});

const problemsOf: Readonly<Record<(typeof types)[number], (config: CacheConfig) => readonly KeyProblem[]>> = {
  s3: ({ s3 }) => s3Problems(s3),
  gcs: ({ gcs }) => gcsProblems(gcs),
  azure: ({ azure }) => azureProblems(azure),
};

/** What of a valid configuration has no effect. */
export function cacheNotices({ Type, ...config }: CacheConfig): ConfigNotice[] {
  if (Type === '') {
    const { MaxUploadedArchiveSize: _, ...wanted } = config;
    return isUnset(wanted)
      ? []
      : [{ path: 'Type', message: 'is not set: caches are not shared, and stay where they are' }];
  }
  const others = types.filter((type) => type !== Type && !isUnset(config[type]));
  return others.map((path) => ({ path, message: `has no effect: Type is ${JSON.stringify(Type)}` }));
}
