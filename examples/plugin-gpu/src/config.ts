import { z } from 'zod';

/** The table `[runners.kubernetes.gpu]`. */
export interface GpuConfig {
  /** GPUs of the build container; 0 for none. */
  readonly count: number;
  /** The name under which the nodes offer them. */
  readonly resource: string;
  /** Most GPUs that a job may ask for with `ACME_GPU_COUNT`; 0 allows no job to ask. */
  readonly max: number;
}

const gpu = z
  .strictObject({
    count: z.int().min(0).default(0).describe('GPUs of the build container; 0 for none.'),
    resource: z.string().min(1).default('nvidia.com/gpu').describe('The name under which the nodes offer them.'),
    max: z.int().min(0).default(0).describe('Most GPUs that a job may ask for with `ACME_GPU_COUNT`; 0 allows none.'),
  })
  .prefault({}) satisfies z.ZodType<GpuConfig>;

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z.strictObject({ gpu: gpu.describe('GPUs for jobs.') });
