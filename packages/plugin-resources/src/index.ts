export { resourcesPlugin } from './plugin.ts';
export { configSchema, type ResourcesConfig } from './config.ts';
