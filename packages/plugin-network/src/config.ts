import { z } from 'zod';

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z.strictObject({});

export type NetworkConfig = z.output<typeof configSchema>;
