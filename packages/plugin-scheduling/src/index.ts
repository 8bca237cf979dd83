export { schedulingPlugin } from './plugin.ts';
export { configSchema, type SchedulingConfig } from './config.ts';
