import { definePlugin, type Plugin } from '@podwright/core';
import { configSchema } from './config.ts';

const name = 'services';

export const servicesPlugin: Plugin = definePlugin({ name, core: '0.x', configSchema, apply() {} });
