import { z } from 'zod';
import { missing, type KeyProblem } from '../key-problem.ts';

/** `[runners.cache.azure]`. */
export const azureConfigSchema = z.strictObject({
  AccountName: z
    .string()
    .regex(/^[a-z0-9-]*$/, { error: 'must have lower-case letters, digits and dashes only' })
    .default('')
    .describe('The storage account.'),
  AccountKey: z
    .string()
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, { error: 'must be base64; it is not shown here' })
    .default('')
    .describe('One of its keys (base64). Secret.'),
  ContainerName: z
    .string()
    .regex(/^\$?[a-z0-9-]*$/, { error: 'is no name of a container' })
    .default('')
    .describe('The container for the blobs; must be there.'),
  StorageDomain: z
    .string()
    .regex(/^[a-zA-Z0-9.-]*(?::[0-9]+)?$/, { error: 'must be a domain such as "blob.core.windows.net"' })
    .default('')
    .describe('What follows the account in the host. Empty: `blob.core.windows.net`.'),
});

export type AzureConfig = z.output<typeof azureConfigSchema>;

/** What is wrong with the table when it is to be used. */
export function azureProblems(azure: AzureConfig): KeyProblem[] {
  const withoutKey = 'is missing: podwright signs with the key of the account, and has no managed identities';
  return missing(azure, ['AccountName', 'AccountKey', 'ContainerName']).map(({ key, message }) => ({
    key,
    message: key === 'AccountKey' ? withoutKey : message,
  }));
}
