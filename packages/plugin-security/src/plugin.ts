import { definePlugin, type Plugin } from '@podwright/core';
import { capabilityNotices } from './capability-notices.ts';
import { configSchema } from './config.ts';
import { containerSecurity } from './container-security.ts';
import { podSecurity } from './pod-security.ts';

const name = 'security';

/** Says what the processes of a job's Pod may do, and as which users they run. */
export const securityPlugin: Plugin = definePlugin({
  name,
  core: '0.x',
  configSchema,
  notices: capabilityNotices,
  apply({ hooks, config }) {
    const ofContainer = containerSecurity(config);
    const ofPod = podSecurity(config.pod_security_context);

    hooks.buildContainer.tap(name, (container) => {
      // An init container prepares something before the job, and may need more for it than the job may have.
      if (container.role === 'init') return;
      const { spec } = container;
      spec.securityContext = { ...spec.securityContext, ...ofContainer.value };
      container.explainAll(ofContainer.causes);
    });

    if (ofPod === undefined) return;
    hooks.buildPod.tap(name, (draft) => {
      const { spec } = draft.pod;
      spec.securityContext = { ...spec.securityContext, ...ofPod.value };
      draft.explainAll(ofPod.causes);
    });
  },
});
