import { definePlugin, type Plugin } from '@podwright/core';
import { configSchema } from './config.ts';

const name = 'volumes';

export const volumesPlugin: Plugin = definePlugin({ name, core: '0.x', configSchema, apply() {} });
