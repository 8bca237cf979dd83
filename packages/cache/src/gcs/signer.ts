import { Storage } from '@google-cloud/storage';
import { contentType, longestSeconds, type Signer } from '../signer.ts';
import { readCredentialsFile, type ServiceAccount } from './credentials-file.ts';
import type { GcsConfig } from './config.ts';

/**
 * Signs URLs of Google Cloud Storage. With the key of a service account nobody is asked; else the credentials of the
 * surroundings are found, and Google signs for them.
 * @param directory the file of the credentials is relative to it
 * @throws Error when `CredentialsFile` cannot be used
 */
export async function createGcsSigner(config: GcsConfig, directory: string): Promise<Signer> {
  const account = await accountOf(config, directory);
  const storage = new Storage({
    ...(account !== undefined && { credentials: account }),
    ...(config.UniverseDomain !== '' && { universeDomain: config.UniverseDomain }),
  });
  const bucket = storage.bucket(config.BucketName);
  return async (name, seconds) => {
    const file = bucket.file(name);
    const common = { version: 'v4', expires: Date.now() + Math.min(seconds, longestSeconds) * 1000 } as const;
    const [[get], [put]] = await Promise.all([
      file.getSignedUrl({ ...common, action: 'read' }),
      file.getSignedUrl({ ...common, action: 'write', contentType }),
    ]);
    return { get, put: { url: put, headers: { 'Content-Type': contentType } } };
  };
}

async function accountOf(
  { CredentialsFile, AccessID, PrivateKey }: GcsConfig,
  directory: string,
): Promise<ServiceAccount | undefined> {
  if (CredentialsFile !== '') return readCredentialsFile(CredentialsFile, directory);
  return AccessID === '' ? undefined : { client_email: AccessID, private_key: PrivateKey };
}
