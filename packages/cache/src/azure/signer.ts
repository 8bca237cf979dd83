import {
  BlobSASPermissions,
  ContainerClient,
  SASProtocol,
  StorageSharedKeyCredential,
  generateBlobSASQueryParameters,
} from '@azure/storage-blob';
import { contentType, type Signer } from '../signer.ts';
import type { AzureConfig } from './config.ts';

/** Without it Azure does not know what kind of blob to make. */
const headers = { 'Content-Type': contentType, 'x-ms-blob-type': 'BlockBlob' };

/** Signs URLs of Azure Blob Storage with the key of the account. Nobody is asked. */
export function createAzureSigner(config: AzureConfig): Signer {
  const { AccountName, AccountKey, ContainerName: containerName, StorageDomain } = config;
  const credential = new StorageSharedKeyCredential(AccountName, AccountKey);
  const host = `${AccountName}.${StorageDomain || 'blob.core.windows.net'}`;
  const container = new ContainerClient(`https://${host}/${containerName}`, credential);
  const signed = (blobName: string, permissions: string, expiresOn: Date): string => {
    const values = {
      containerName,
      blobName,
      permissions: BlobSASPermissions.parse(permissions),
      expiresOn,
      protocol: SASProtocol.Https,
    };
    const query = generateBlobSASQueryParameters(values, credential).toString();
    return `${container.getBlobClient(blobName).url}?${query}`;
  };
  return async (name, seconds) => {
    const expiresOn = new Date(Date.now() + seconds * 1000);
    return { get: signed(name, 'r', expiresOn), put: { url: signed(name, 'cw', expiresOn), headers } };
  };
}
