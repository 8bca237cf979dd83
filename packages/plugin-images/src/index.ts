export { imagesPlugin } from './plugin.ts';
export { configSchema, type ImagesConfig } from './config.ts';
