import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf } from '@podwright/core';
import { z } from 'zod';
import { isRsaKey } from './rsa-key.ts';
import type { CacheConfig } from '../config.ts';

const serviceAccountSchema = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key: z.string().refine(isRsaKey),
});

/** What of the key of a service account is signed with. */
export type ServiceAccount = Omit<z.output<typeof serviceAccountSchema>, 'type'>;

/** @throws Error for a file that cannot be read, or is no key of a service account; nothing of its content is said */
export async function readCredentialsFile(path: string, directory: string): Promise<ServiceAccount> {
  const parsed = serviceAccountSchema.safeParse(parse(await readFile(resolve(directory, path), 'utf8')));
  if (!parsed.success) {
    const keys = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].filter((key) => key !== '');
    const where = keys.length === 0 ? '' : `: look at ${keys.join(', ')}`;
    throw new Error(`${path} is no key of a service account (JSON)${where}`);
  }
  const { client_email, private_key } = parsed.data;
  return { client_email, private_key };
}

/** Looks at the file that a valid configuration names. @returns what is wrong with it, going on from the key */
export async function credentialsFileProblem(
  { Type, gcs }: CacheConfig,
  directory: string,
): Promise<string | undefined> {
  if (Type !== 'gcs' || gcs.CredentialsFile === '') return undefined;
  try {
    await readCredentialsFile(gcs.CredentialsFile, directory);
    return undefined;
  } catch (error) {
    return `cannot be used: ${messageOf(error)}`;
  }
}

/** A parser's message would show a piece of the text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
