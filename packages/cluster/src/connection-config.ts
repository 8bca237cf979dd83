import { z } from 'zod';

/** How to reach the Kubernetes API: keys of `[runners.kubernetes]`, empty when not set. */
export interface ConnectionConfig {
  /** URL of the API server. Without a scheme it is https when `ca_file` or `cert_file` is set, else http. */
  readonly host: string;
  /** Path of the client certificate (PEM). Needs `key_file` and `ca_file`; used with `host` only. */
  readonly cert_file: string;
  /** Path of the client certificate's key (PEM). Without `cert_file` it is ignored. */
  readonly key_file: string;
  /** Path of the certificates (PEM) that the API server's own is checked against; empty: those of the system. */
  readonly ca_file: string;
}

/** The keys of `ConnectionConfig`, for whoever owns them in the configuration. */
export const connectionConfigSchema = z.strictObject({
  host: z
    .string()
    .default('')
    .describe('URL of the Kubernetes API. Empty: the cluster podwright runs in, else the default kubeconfig.'),
  cert_file: z
    .string()
    .default('')
    .describe('Path of the client certificate (PEM); needs `key_file` and `ca_file`. Used with `host` only.'),
  key_file: z.string().default('').describe('Path of the key of `cert_file` (PEM). Used with `host` only.'),
  ca_file: z
    .string()
    .default('')
    .describe(
      'Path of the CA certificates (PEM) of the API server. Empty: those of the system. Used with `host` only.',
    ),
}) satisfies z.ZodType<ConnectionConfig>;
