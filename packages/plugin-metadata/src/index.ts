export { metadataPlugin } from './plugin.ts';
export { configSchema, type MetadataConfig } from './config.ts';
