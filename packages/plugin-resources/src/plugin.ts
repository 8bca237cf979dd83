import {
  JobRejectedError,
  definePlugin,
  stateKey,
  type ContainerDraft,
  type ContainerRole,
  type JobContext,
  type Plugin,
} from '@podwright/core';
import { configSchema } from './config.ts';
import { containerResources, type ContainerResources } from './container-resources.ts';
import { readOverwrites, type Overwrites } from './overwrites.ts';
import { quantityFields, type Family } from './quantity-fields.ts';

const name = 'resources';

/** An init container gets the helper's resources, so that a quota which asks for limits does not refuse the Pod. */
const familyOf: Record<ContainerRole, Family> = {
  build: 'build',
  helper: 'helper',
  service: 'service',
  init: 'helper',
};

/** Sets CPU, memory and ephemeral storage of all containers, and lets jobs overwrite them up to a maximum. */
export const resourcesPlugin: Plugin = definePlugin({
  name,
  core: '0.x',
  configSchema,
  variables: quantityFields.map(({ variable, key, maxKey }) => ({
    name: variable,
    description: `Replaces \`${key}\`, up to \`${maxKey}\`.`,
  })),
  apply({ hooks, config }) {
    const configured = containerResources((key) => config[key]);
    const ofJob = stateKey<{ resources: ContainerResources }>('resources of the job', () => ({
      resources: configured,
    }));

    hooks.prepare.tap(name, (job) => {
      const overwrites = readOverwrites(config, job.variables);
      report(overwrites, job);
      if (overwrites.applied.size === 0) return;
      const { applied } = overwrites;
      job.state(ofJob).resources = containerResources(
        (key) => applied.get(key)?.text ?? config[key],
        (key) => applied.has(key),
      );
    });

    hooks.buildContainer.tap(name, (container, job) => addResources(container, job.state(ofJob).resources));
  },
});

/** @throws JobRejectedError with all problems */
function report({ applied, ignored, problems }: Overwrites, { log }: JobContext): void {
  for (const { field, shown } of ignored) {
    log.warn(
      `${field.variable} ${JSON.stringify(shown)} is ignored: ${field.maxKey} is not set in this runner's configuration`,
    );
  }
  if (problems.length > 0) {
    throw new JobRejectedError(problems.join('; '), {
      hint: 'change the variables of the job, or ask the administrator of the runner to allow more',
    });
  }
  for (const { field, shown } of applied.values())
    log.info(`${field.key} is ${JSON.stringify(shown)}, set by ${field.variable}`);
}

function addResources(container: ContainerDraft, resources: ContainerResources): void {
  const own = resources[familyOf[container.role]];
  if (!own) return;
  const { requests, limits } = own.value;
  const all = (container.spec.resources ??= {});
  if (requests) all.requests = { ...all.requests, ...requests };
  if (limits) all.limits = { ...all.limits, ...limits };
  container.explainAll(own.causes);
}
