import { overwritePattern } from '@podwright/core';
import { z } from 'zod';
import { isBearerToken, notABearerToken } from './bearer-token.ts';
import { namespaceField, serviceAccountField, type NameField } from './name-fields.ts';

/** The plugin's keys of `[runners.kubernetes]`, with defaults filled in. */
export interface IdentityConfig {
  /** Where the job's objects are made. Empty: what the runner finds by itself, `default` in the end. */
  readonly namespace: string;
  /** Pattern of the namespaces that a job may choose. Empty: none. */
  readonly namespace_overwrite_allowed: string;
  /** As whom the Pod speaks to the cluster. Empty: the default one of the namespace. */
  readonly service_account: string;
  /** Pattern of the service accounts that a job may choose. Empty: none. */
  readonly service_account_overwrite_allowed: string;
  /** The runner's own token for the cluster; read by whoever connects, not by the plugin. Empty: no token of this kind. */
  readonly bearer_token: string;
  /** Whether a job may bring a token of its own. */
  readonly bearer_token_overwrite_allowed: boolean;
}

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z.strictObject({
  namespace: nameOf(namespaceField).describe(
    "Namespace of the job's Pod and of what belongs to it. Empty: that of the kubeconfig's context or of the runner's own Pod, else `default`.",
  ),
  namespace_overwrite_allowed: overwritePattern.describe(
    'RE2 pattern that a namespace chosen with `KUBERNETES_NAMESPACE_OVERWRITE` must match. Empty: no overwrite.',
  ),
  service_account: nameOf(serviceAccountField).describe(
    'Service account of the Pod; it exists in the namespace of the job. Empty: the default one of the namespace.',
  ),
  service_account_overwrite_allowed: overwritePattern.describe(
    'RE2 pattern that a service account chosen with `KUBERNETES_SERVICE_ACCOUNT_OVERWRITE` must match. Empty: no overwrite.',
  ),
  bearer_token: z
    .string()
    .trim()
    .refine((token) => token === '' || isBearerToken(token), notABearerToken)
    .default('')
    .describe(
      'Token with which the runner asks the Kubernetes API, instead of whatever its way of connecting has for it. Empty: not replaced.',
    ),
  bearer_token_overwrite_allowed: z
    .boolean()
    .default(false)
    .describe('Whether a job may replace that token with `KUBERNETES_BEARER_TOKEN`.'),
}) satisfies z.ZodType<IdentityConfig>;

function nameOf({ isName, form }: NameField) {
  return z
    .string()
    .refine((text) => text === '' || isName(text), { error: ({ input }) => `${JSON.stringify(input)} ${form}` })
    .default('');
}
