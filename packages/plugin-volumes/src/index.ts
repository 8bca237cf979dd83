export { volumesPlugin } from './plugin.ts';
export { configSchema, type VolumesConfig } from './config.ts';
