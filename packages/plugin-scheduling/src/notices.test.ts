import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { affinityNotices } from './notices.ts';

const required = 'required_during_scheduling_ignored_during_execution';
const preferred = 'preferred_during_scheduling_ignored_during_execution';

const cpuType = { match_fields: [{ key: 'cpu_type', operator: 'In', values: ['arm64'] }] };
const node1 = { match_fields: [{ key: 'metadata.name', operator: 'In', values: ['node1'] }] };

describe('affinityNotices', () => {
  it('says nothing of what works', () => {
    const config = {
      node_affinity: {
        [required]: { node_selector_terms: [node1] },
        [preferred]: [{ weight: 1, preference: node1 }, { weight: 1 }],
      },
      pod_affinity: { [required]: [{ topology_key: 'zone', label_selector: {} }] },
    };
    expect(notices(config)).toEqual([]);
    expect(notices({})).toEqual([]);
  });

  it('points to fields that Kubernetes does not know', () => {
    const message =
      '"cpu_type" is refused by Kubernetes, which knows only the field "metadata.name"; for a label write match_expressions';
    expect(
      notices({
        node_affinity: {
          [required]: { node_selector_terms: [node1, cpuType] },
          [preferred]: [{ weight: 1, preference: cpuType }],
        },
      }),
    ).toEqual([
      { path: `affinity.node_affinity.${required}.node_selector_terms[1].match_fields[0].key`, message },
      { path: `affinity.node_affinity.${preferred}[0].preference.match_fields[0].key`, message },
    ]);
  });

  it('points to terms that no node meets', () => {
    expect(notices({ node_affinity: { [required]: { node_selector_terms: [{}] } } })).toEqual([
      {
        path: `affinity.node_affinity.${required}.node_selector_terms[0]`,
        message: 'no node is like that: a required term without anything in it matches none',
      },
    ]);
  });

  it('points to rules about no Pod', () => {
    const message = 'no Pod is looked for without a label_selector; an empty one means all';
    const term = { topology_key: 'zone' };
    expect(
      notices({
        pod_affinity: { [required]: [term] },
        pod_anti_affinity: { [preferred]: [{ weight: 1, pod_affinity_term: term }] },
      }),
    ).toEqual([
      { path: `affinity.pod_affinity.${required}[0]`, message },
      { path: `affinity.pod_anti_affinity.${preferred}[0].pod_affinity_term`, message },
    ]);
  });
});

function notices(affinity: object) {
  return affinityNotices(configSchema.parse({ affinity }));
}
