export { securityPlugin } from './plugin.ts';
export { configSchema, type SecurityConfig } from './config.ts';
