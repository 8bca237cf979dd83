import { expect, it } from 'vitest';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { startJob } from '../support/start-job.ts';

describeOnCluster('resources', (environment) => {
  const limits = `
    cpu_limit = "200m"
    memory_limit = "200Mi"
    memory_limit_overwrite_max_allowed = "400Mi"
    helper_cpu_limit = "200m"
    helper_memory_limit = "200Mi"`;

  it.each([
    ['Guaranteed', limits],
    ['Burstable', 'cpu_request = "100m"'],
    ['BestEffort', ''],
  ])('gives the Pod its class: %s', async (qosClass, toml) => {
    const job = startJob(environment(), { script: ['echo here', 'sleep 2'], toml });
    const name = await job.seen('here\n');
    const pod = await environment().api.readNamespacedPod({ name, namespace: environment().namespace });
    expect(pod.status?.qosClass).toBe(qosClass);
    expect(await job.result).toEqual({ state: 'success' });
  });

  it('limits the memory of the build container to what the job asks for', async () => {
    const files = '/sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes';
    const job = startJob(environment(), {
      script: [`echo "limit $(cat ${files} 2>/dev/null)"`],
      toml: limits,
      variables: [{ key: 'KUBERNETES_MEMORY_LIMIT', value: '300Mi', public: true }],
    });
    expect(await job.result).toEqual({ state: 'success' });
    expect(job.trace()).toContain(`limit ${300 * 1024 * 1024}\n`);
  });

  it('refuses more than is allowed before anything is created', async () => {
    const job = startJob(environment(), {
      script: ['true'],
      toml: limits,
      variables: [{ key: 'KUBERNETES_MEMORY_LIMIT', value: '1Gi', public: true }],
    });
    expect(await job.result).toMatchObject({
      reason: 'runner_configuration_error',
      message: expect.stringContaining('this runner allows at most "400Mi"') as unknown,
    });
    expect(job.events).toEqual([]);
  });
});
