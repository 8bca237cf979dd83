export { servicesPlugin } from './plugin.ts';
export { configSchema, type ServicesConfig } from './config.ts';
