import { definePlugin, type Plugin } from '@podwright/core';
import { configSchema } from './config.ts';

const name = 'security';

export const securityPlugin: Plugin = definePlugin({ name, core: '0.x', configSchema, apply() {} });
