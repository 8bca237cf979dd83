export { identityPlugin } from './plugin.ts';
export { configSchema, type IdentityConfig } from './config.ts';
