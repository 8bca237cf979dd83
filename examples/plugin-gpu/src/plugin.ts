import {
  JobRejectedError,
  definePlugin,
  readOverwrite,
  stateKey,
  type Cause,
  type JobContext,
  type Plugin,
} from '@podwright/core';
import { configSchema, type GpuConfig } from './config.ts';

const name = 'gpu';
const variable = 'ACME_GPU_COUNT';

/** What one job gets, and why. */
interface Gpus {
  count: number;
  cause: Cause;
}

/** Gives the build container GPUs, and lets its Pod run on nodes that are kept free for those who need one. */
export const gpuPlugin: Plugin = definePlugin({
  name,
  core: '0.x',
  configSchema,
  variables: [{ name: variable, description: 'GPUs for the job, up to `gpu.max`.' }],
  apply({ hooks, config: { gpu } }) {
    const countOf = stateKey<Gpus>('GPUs of the job', () => ({ count: gpu.count, cause: { config: 'gpu.count' } }));

    hooks.prepare.tap(name, (job) => {
      const wanted = wantedCount(gpu, job);
      if (wanted !== undefined) Object.assign(job.state(countOf), { count: wanted, cause: { variable } });
    });

    hooks.buildContainer.tap(name, (container, job) => {
      const { count, cause } = job.state(countOf);
      if (container.role !== 'build' || count === 0) return;
      const resources = (container.spec.resources ??= {});
      resources.limits = { ...resources.limits, [gpu.resource]: String(count) };
      container.explain(`resources.limits.${gpu.resource}`, cause);
    });

    hooks.buildPod.tap(name, (draft, job) => {
      if (job.state(countOf).count === 0) return;
      const { spec } = draft.pod;
      const toleration = { key: gpu.resource, operator: 'Exists' as const, effect: 'NoSchedule' as const };
      spec.tolerations = [...(spec.tolerations ?? []), toleration];
      draft.explain(`spec.tolerations[${gpu.resource}]`, { config: 'gpu.resource' });
    });
  },
});

/** @throws JobRejectedError for a number that is none, or more than allowed */
function wantedCount({ max }: GpuConfig, { variables, log }: JobContext): number | undefined {
  const overwrite = readOverwrite(variables, variable);
  if (overwrite === undefined) return undefined;
  const { text, shown } = overwrite;
  if (max === 0) {
    log.warn(`${variable} ${JSON.stringify(shown)} is ignored: gpu.max is not set in this runner's configuration`);
    return undefined;
  }
  if (!/^\d{1,3}$/.test(text) || Number(text) > max) {
    throw new JobRejectedError(`${variable} is ${JSON.stringify(shown)}, but must be a number from 0 to ${max}`);
  }
  return Number(text);
}
