import type { CacheUrls } from '@podwright/core';

/**
 * Signs the URLs of one object.
 * @param name of the object, without a slash at its start
 * @param seconds how long they must be good for; less where the store allows less
 */
export type Signer = (name: string, seconds: number) => Promise<CacheUrls>;

/** Seconds that signatures of S3 and Google Cloud Storage can be good for: seven days. */
export const longestSeconds = 7 * 24 * 3600;

/** The content type that signed PUTs have to name. */
export const contentType = 'application/octet-stream';
