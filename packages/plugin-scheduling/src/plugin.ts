import { definePlugin, freezeDeep, type Plugin, type PodDraft, type Toleration } from '@podwright/core';
import { affinity } from './affinity.ts';
import { configSchema } from './config.ts';
import { nodeSelector } from './node-selector.ts';
import { affinityNotices } from './notices.ts';
import { tolerations } from './tolerations.ts';

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
    const tolerationList = freezeDeep(tolerated.map(({ toleration }) => toleration));
    const rules = affinity(config.affinity);
    if (!selector && tolerated.length === 0 && !rules) return;
    if (rules) freezeDeep(rules.affinity);

    hooks.buildPod.tap(name, (draft) => {
      const { spec } = draft.pod;
      if (selector) {
        spec.nodeSelector = { ...spec.nodeSelector, ...selector.labels };
        for (const [field, cause] of selector.causes) draft.explain(field, cause);
      }
      const at = addTolerations(draft, tolerationList);
      for (const [i, { toleration, cause }] of tolerated.entries()) {
        draft.explain(`spec.tolerations[${toleration.key ?? at + i}]`, cause);
      }
      if (rules) {
        spec.affinity = { ...spec.affinity, ...rules.affinity };
        for (const [field, cause] of rules.causes) draft.explain(field, cause);
      }
    });
  },
});

/** @returns how many there were before */
function addTolerations({ pod: { spec } }: PodDraft, own: Toleration[]): number {
  const before = spec.tolerations ?? [];
  // Frozen as a whole, the list is one field to core, and elements with the same key do not get into each other's way.
  if (own.length > 0) spec.tolerations = before.length === 0 ? own : [...before, ...own];
  return before.length;
}
