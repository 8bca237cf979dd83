import { definePlugin, type Plugin } from '@podwright/core';
import { configSchema } from './config.ts';

const name = 'identity';

export const identityPlugin: Plugin = definePlugin({ name, core: '0.x', configSchema, apply() {} });
