export { networkPlugin } from './plugin.ts';
export { configSchema, type NetworkConfig } from './config.ts';
