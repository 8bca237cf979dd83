import { definePlugin, type Plugin } from '@podwright/core';
import { configSchema } from './config.ts';

const name = 'network';

export const networkPlugin: Plugin = definePlugin({ name, core: '0.x', configSchema, apply() {} });
