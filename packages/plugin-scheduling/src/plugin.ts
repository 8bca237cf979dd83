import { definePlugin, type Plugin } from '@podwright/core';
import { configSchema } from './config.ts';

const name = 'scheduling';

export const schedulingPlugin: Plugin = definePlugin({ name, core: '0.x', configSchema, apply() {} });
