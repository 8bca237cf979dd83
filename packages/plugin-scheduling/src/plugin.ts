import { definePlugin, freezeDeep, type Plugin } from '@podwright/core';
import { affinity } from './affinity.ts';
import { configSchema } from './config.ts';
import { nodeSelector } from './node-selector.ts';
import { affinityNotices } from './notices.ts';
import { joinTolerations, tolerations } from './tolerations.ts';

const name = 'scheduling';

/** Says which nodes a job's Pod may and should run on. */
export const schedulingPlugin: Plugin = definePlugin({
  name,
  core: '0.x',
  configSchema,
  notices: affinityNotices,
  apply({ hooks, config }) {
    const selector = nodeSelector(config.node_selector);
    const tolerated = tolerations(config.node_tolerations);
    const rules = affinity(config.affinity);
    if (!selector && tolerated.length === 0 && !rules) return;
    if (rules) freezeDeep(rules.value);

    hooks.buildPod.tap(name, (draft) => {
      const { spec } = draft.pod;
      if (selector) {
        spec.nodeSelector = { ...spec.nodeSelector, ...selector.value };
        draft.explainAll(selector.causes);
      }
      if (tolerated.length > 0) {
        const joined = joinTolerations(spec.tolerations ?? [], tolerated);
        spec.tolerations = joined.value;
        draft.explainAll(joined.causes);
      }
      if (rules) {
        spec.affinity = { ...spec.affinity, ...rules.value };
        draft.explainAll(rules.causes);
      }
    });
  },
});
