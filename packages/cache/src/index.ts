export { cacheConfigSchema, cacheNotices, type CacheConfig } from './config.ts';
export { CacheStoreError } from './cache-store-error.ts';
export { createCacheStore } from './create-cache-store.ts';
export { credentialsFileProblem } from './gcs/credentials-file.ts';
