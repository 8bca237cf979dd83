import { messageOf, type CacheStore, type CacheUrls, type CacheUrlsRequest } from '@podwright/core';
import { CacheStoreError } from './cache-store-error.ts';
import type { CacheConfig } from './config.ts';
import { objectName } from './object-name.ts';
import { once } from './once.ts';
import type { Signer } from './signer.ts';

/** Milliseconds that signing may take, with the search for credentials. */
const patience = 30_000;

/** Whose caches they are. */
export interface CacheRunner {
  /** A part of it that may be shown is in the names of objects. */
  readonly token: string;
  /** Paths in the configuration are relative to it. */
  readonly directory: string;
}

/**
 * The store of one runner's distributed caches. What it signs with is loaded and made for its first job.
 * @param config `[runners.cache]`, valid
 * @returns undefined where caches are local
 */
export function createCacheStore(config: CacheConfig, runner: CacheRunner): CacheStore | undefined {
  const { Type, Path: path, Shared: shared, MaxUploadedArchiveSize: maxBytes } = config;
  if (Type === '') return undefined;
  const naming = { path, shared, token: runner.token };
  const signer = once(async () => signers[Type](config, runner));
  const sign = async (request: CacheUrlsRequest): Promise<CacheUrls> => {
    const name = objectName(naming, request);
    const { put, ...urls } = await (await signer())(name, request.seconds);
    return { ...urls, ...(put !== undefined && { put: { ...put, ...(maxBytes > 0 && { maxBytes }) } }) };
  };
  return {
    async urls(request, signal) {
      try {
        return await before(AbortSignal.any([signal, AbortSignal.timeout(patience)]), sign(request));
      } catch (error) {
        throw new CacheStoreError(Type, masked(messageOf(error), config), { cause: error });
      }
    },
  };
}

/** A library of Google, Amazon or Microsoft takes tens of megabytes: only what is used is loaded. */
const signers: Readonly<
  Record<Exclude<CacheConfig['Type'], ''>, (config: CacheConfig, runner: CacheRunner) => Promise<Signer>>
> = {
  s3: async ({ s3 }) => (await import('./s3/signer.ts')).createS3Signer(s3),
  gcs: async ({ gcs }, { directory }) => (await import('./gcs/signer.ts')).createGcsSigner(gcs, directory),
  azure: async ({ azure }) => (await import('./azure/signer.ts')).createAzureSigner(azure),
};

async function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** The libraries' messages are shown in the trace. */
function masked(message: string, { s3, gcs, azure }: CacheConfig): string {
  const secrets = [s3.SecretKey, s3.SessionToken, gcs.PrivateKey, azure.AccountKey].filter((secret) => secret !== '');
  return secrets.reduce((text, secret) => text.replaceAll(secret, '[MASKED]'), message);
}
