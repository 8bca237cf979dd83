import { definePlugin, type Plugin } from '@podwright/core';
import { configSchema } from './config.ts';

const name = 'metadata';

export const metadataPlugin: Plugin = definePlugin({ name, core: '0.x', configSchema, apply() {} });
