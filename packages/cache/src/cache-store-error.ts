import { PodwrightError } from '@podwright/core';

/** URLs of a distributed cache cannot be signed. The job goes on with a local one. */
export class CacheStoreError extends PodwrightError {
  readonly code = 'CACHE_STORE';
  /** @param store `s3`, `gcs` or `azure` */
  constructor(
    readonly store: string,
    what: string,
    options?: ErrorOptions,
  ) {
    super(`no URLs of ${store}: ${what}`, options);
  }
}
