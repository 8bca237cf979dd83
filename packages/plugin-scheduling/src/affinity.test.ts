import { describe, expect, it } from 'vitest';
import { affinity } from './affinity.ts';
import { configSchema } from './config.ts';

const required = 'required_during_scheduling_ignored_during_execution';
const preferred = 'preferred_during_scheduling_ignored_during_execution';

describe('affinity', () => {
  it.each([
    ['nothing', {}],
    ['empty tables', { node_affinity: {}, pod_affinity: {}, pod_anti_affinity: { [required]: [] } }],
  ])('is nothing for %s', (_, config) => {
    expect(affinityOf(config)).toBeUndefined();
  });

  it('has rules about nodes in their order', () => {
    const own = affinityOf({
      node_affinity: {
        [required]: {
          node_selector_terms: [
            { match_expressions: [{ key: 'zone', operator: 'In', values: ['b', 'a'] }] },
            { match_fields: [{ key: 'metadata.name', operator: 'NotIn', values: ['node1'] }] },
            {},
          ],
        },
        [preferred]: [
          { weight: 50, preference: { match_expressions: [{ key: 'spot', operator: 'Exists' }] } },
          { weight: 100 },
        ],
      },
    });
    expect(own?.value).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'zone', operator: 'In', values: ['b', 'a'] }] },
            { matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['node1'] }] },
            {},
          ],
        },
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 50, preference: { matchExpressions: [{ key: 'spot', operator: 'Exists' }] } },
          { weight: 100, preference: {} },
        ],
      },
    });
    expect([...(own?.causes ?? [])]).toEqual([
      [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution',
        { config: `affinity.node_affinity.${required}` },
      ],
      [
        'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution',
        { config: `affinity.node_affinity.${preferred}` },
      ],
    ]);
  });

  it('has rules about Pods, and keeps empty selectors, which mean everything', () => {
    const term = {
      topology_key: 'kubernetes.io/hostname',
      label_selector: {
        match_labels: { b: '1', a: '' },
        match_expressions: [{ key: 'c', operator: 'NotIn', values: ['d'] }],
      },
      namespaces: ['ci', 'builds'],
      namespace_selector: {},
      match_label_keys: ['e'],
      mismatch_label_keys: ['f'],
    };
    const own = affinityOf({
      pod_affinity: { [preferred]: [{ weight: 1, pod_affinity_term: term }] },
      pod_anti_affinity: { [required]: [{ topology_key: 'zone', label_selector: {} }, { topology_key: 'rack' }] },
    });
    expect(own?.value).toEqual({
      podAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 1,
            podAffinityTerm: {
              topologyKey: 'kubernetes.io/hostname',
              labelSelector: {
                matchLabels: { a: '', b: '1' },
                matchExpressions: [{ key: 'c', operator: 'NotIn', values: ['d'] }],
              },
              namespaces: ['ci', 'builds'],
              namespaceSelector: {},
              matchLabelKeys: ['e'],
              mismatchLabelKeys: ['f'],
            },
          },
        ],
      },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'zone', labelSelector: {} },
          { topologyKey: 'rack' },
        ],
      },
    });
    expect([...(own?.causes.values() ?? [])]).toEqual([
      { config: `affinity.pod_affinity.${preferred}` },
      { config: `affinity.pod_anti_affinity.${required}` },
    ]);
  });
});

function affinityOf(written: object) {
  return affinity(configSchema.parse({ affinity: written }).affinity);
}
