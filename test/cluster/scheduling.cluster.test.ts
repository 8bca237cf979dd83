import { randomBytes } from 'node:crypto';
import { PatchStrategy, setHeaderOptions, type V1PodSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { startJob } from '../support/start-job.ts';

/** A label that only this run of the tests gives to a node. */
const label = `podwright-test-${randomBytes(4).toString('hex')}`;

describeOnCluster('the choice of a node', (environment) => {
  let node = '';
  beforeAll(async () => {
    const { items } = await environment().api.listNode();
    node = items[0]?.metadata?.name ?? '';
    await setLabel('yes');
  });
  afterAll(async () => {
    await setLabel(null);
  });

  /** @param value null takes the label away */
  async function setLabel(value: string | null): Promise<void> {
    const body = { metadata: { labels: { [label]: value } } };
    await environment().api.patchNode(
      { name: node, body },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
  }

  /** The Pod as the API server has it, of a job that ends well. */
  async function specOf(toml: string): Promise<V1PodSpec | undefined> {
    const job = startJob(environment(), { script: ['echo started', 'sleep 1'], toml });
    const name = await job.seen('started\n');
    const { spec } = await environment().api.readNamespacedPod({ name, namespace: environment().namespace });
    expect(await job.result, job.trace()).toEqual({ state: 'success' });
    return spec;
  }

  it('runs on the node that has the label, and says why it does not where none has it', async () => {
    const spec = await specOf(`[runners.kubernetes.node_selector]\n"${label}" = "yes"`);
    expect(spec?.nodeName).toBe(node);
    expect(spec?.nodeSelector).toEqual({ [label]: 'yes' });

    const toml = `poll_timeout = 3\n[runners.kubernetes.node_selector]\n"${label}" = "no"`;
    const job = startJob(environment(), { script: ['true'], toml });
    expect(await job.result).toMatchObject({
      reason: 'runner_system_failure',
      message: expect.stringMatching(/nodes are available.*node selector|nodes are available.*affinity/),
    });
  });

  it('runs where required and preferred rules about nodes allow it', async () => {
    const spec = await specOf(`
      [[${rules('node_affinity')}.required_during_scheduling_ignored_during_execution.node_selector_terms]]
      match_expressions = [{ key = "${label}", operator = "In", values = ["yes", "maybe"] }]
      match_fields = [{ key = "metadata.name", operator = "In", values = ["${node}"] }]
      [[${rules('node_affinity')}.preferred_during_scheduling_ignored_during_execution]]
      weight = 100
      preference = { match_expressions = [{ key = "cores", operator = "Gt", values = ["1000"] }] }`);
    expect(spec?.nodeName).toBe(node);
    expect(spec?.affinity).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [{ key: label, operator: 'In', values: ['yes', 'maybe'] }],
              matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }],
            },
          ],
        },
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, preference: { matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['1000'] }] } },
        ],
      },
    });
  });

  it('does not run where a required rule about nodes forbids it', async () => {
    const job = startJob(environment(), {
      script: ['true'],
      toml: `poll_timeout = 3
        [[${rules('node_affinity')}.required_during_scheduling_ignored_during_execution.node_selector_terms]]
        match_expressions = [{ key = "${label}", operator = "DoesNotExist" }]
        [[${rules('node_affinity')}.required_during_scheduling_ignored_during_execution.node_selector_terms]]`,
    });
    expect(await job.result).toMatchObject({ message: expect.stringMatching(/nodes are available.*affinity/) });
  });

  it('keeps away from Pods that a rule names, and only from these', async () => {
    const antiAffinity = (name: string) => `
      [[${rules('pod_anti_affinity')}.required_during_scheduling_ignored_during_execution]]
      topology_key = "kubernetes.io/hostname"
      label_selector = { match_labels = { pod = "${name}" } }`;
    await specOf(antiAffinity('nobody'));

    const first = startJob(environment(), { script: ['echo started', 'sleep 60'] });
    const name = await first.seen('started\n');
    try {
      const pod = await environment().api.readNamespacedPod({ name, namespace: environment().namespace });
      const second = startJob(environment(), {
        script: ['true'],
        toml: `poll_timeout = 3\n${antiAffinity(pod.metadata?.labels?.['pod'] ?? '')}`,
      });
      expect(await second.result).toMatchObject({ message: expect.stringMatching(/nodes are available.*affinity/) });
    } finally {
      first.kill.abort();
      await first.result;
    }
  });

  it('has every form of toleration as the API server understands it', async () => {
    const spec = await specOf(`
      [runners.kubernetes.node_tolerations]
      "node-role.kubernetes.io/master" = "NoSchedule"
      "custom.toleration=value" = "NoSchedule"
      "empty.value=" = "PreferNoSchedule"
      "onlyKey" = ""
      "team=blue" = ""
      "team=red" = ""
      "" = "NoExecute"`);
    expect(spec?.tolerations?.slice(0, 7)).toEqual([
      { operator: 'Exists', effect: 'NoExecute' },
      { key: 'custom.toleration', operator: 'Equal', value: 'value', effect: 'NoSchedule' },
      // Without its empty value, which means the same.
      { key: 'empty.value', operator: 'Equal', effect: 'PreferNoSchedule' },
      { key: 'node-role.kubernetes.io/master', operator: 'Exists', effect: 'NoSchedule' },
      { key: 'onlyKey', operator: 'Exists' },
      { key: 'team', operator: 'Equal', value: 'blue' },
      { key: 'team', operator: 'Equal', value: 'red' },
    ]);
  });

  it('says what the API server has against a field of nodes that it does not know', async () => {
    const job = startJob(environment(), {
      script: ['true'],
      toml: `[[${rules('node_affinity')}.preferred_during_scheduling_ignored_during_execution]]
        weight = 50
        preference = { match_fields = [{ key = "cpu_type", operator = "In", values = ["arm64"] }] }`,
    });
    expect(await job.result).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/"cpu_type": not a valid field selector key/),
    });
  });
});

function rules(kind: string): string {
  return `runners.kubernetes.affinity.${kind}`;
}
