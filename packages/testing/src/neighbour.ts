import { definePlugin, version, type Plugin } from '@podwright/core';
import { z } from 'zod';

const name = 'neighbour';
const key = 'example.com/neighbour';

/** Stands before the plugin under test and writes into every list and map of the Pod that plugins share. */
export const neighbour: Plugin = definePlugin({
  name,
  core: `^${version}`,
  configSchema: z.strictObject({}),
  apply({ hooks }) {
    hooks.buildContainer.tap(name, (container) => {
      const { spec } = container;
      spec.env = [...(spec.env ?? []), { name: 'NEIGHBOUR', value: '1' }];
      spec.resources = { limits: { [key]: '1' }, requests: { [key]: '1' } };
      container.addMount({ name, mountPath: '/neighbour' });
    });

    hooks.buildPod.tap(name, (draft) => {
      const { metadata, spec } = draft.pod;
      metadata.labels[key] = '1';
      metadata.annotations[key] = '1';
      draft.addVolume({ name, emptyDir: {} });
      spec.imagePullSecrets = [{ name: draft.addSecret({ suffix: name, data: { key: 'value' } }) }];
      spec.nodeSelector = { [key]: '1' };
      spec.tolerations = [{ key, operator: 'Exists' }];
      spec.hostAliases = [{ ip: '192.0.2.1', hostnames: [name] }];
    });
  },
});
