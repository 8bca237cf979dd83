import { JobRejectedError, definePlugin, stateKey, type JobLog, type Plugin } from '@podwright/core';
import { problemOfSize } from './annotation-size.ts';
import { configSchema } from './config.ts';
import { addEntries, expandedEntries, overwritten, writtenEntries, type Entry } from './entries.ts';
import { labelValue } from './label-value.ts';
import { metadataNotices } from './notices.ts';
import { overwritesReader, variablePrefix, type Overwrites } from './overwrites.ts';

const name = 'metadata';

/** What is remembered of one job. */
interface MetadataState {
  labels: readonly Entry[];
  annotations: readonly Entry[];
}

const ofJob = stateKey<MetadataState>('metadata of the job', () => ({ labels: [], annotations: [] }));

/** Puts labels and annotations on a job's Pod, and lets jobs set annotations. */
export const metadataPlugin: Plugin = definePlugin({
  name,
  core: '0.x',
  configSchema,
  variables: [
    {
      name: `${variablePrefix}*`,
      description: 'One annotation as `key=value`, if that matches `pod_annotations_overwrite_allowed`.',
    },
  ],
  notices: metadataNotices,
  apply({ hooks, config, overwriteMatch }) {
    const writtenLabels = writtenEntries('labels', config.pod_labels);
    const writtenAnnotations = writtenEntries('annotations', config.pod_annotations);
    const read = overwritesReader(config, overwriteMatch);

    hooks.prepare.tap(name, (job) => {
      const { variables, log } = job;
      const overwrites = read(variables);
      const labels = expandedEntries(writtenLabels, variables);
      const annotations = overwritten(expandedEntries(writtenAnnotations, variables), overwrites.applied);
      report(overwrites, annotations, log);
      warnOfSecrets([...labels, ...annotations], log);
      const state = job.state(ofJob);
      state.labels = labels.map((label) => ({ ...label, value: labelValue(label.value) }));
      state.annotations = annotations;
    });

    hooks.buildPod.tap(name, (draft, job) => {
      const { labels, annotations } = job.state(ofJob);
      const { metadata } = draft.pod;
      addEntries(draft, metadata.labels, labels);
      addEntries(draft, metadata.annotations, annotations);
    });
  },
});

/** @throws JobRejectedError with all problems */
function report({ applied, ignored, problems }: Overwrites, annotations: readonly Entry[], log: JobLog): void {
  for (const line of ignored) log.warn(line);
  const size = problemOfSize(annotations.map(({ key, value }) => [key, value]));
  const all = size === undefined ? problems : [...problems, size];
  if (all.length > 0) {
    throw new JobRejectedError(all.join('; '), {
      hint: 'change the variables of the job, or ask the administrator of the runner to allow more',
    });
  }
  for (const { variable, shown } of applied) {
    log.info(`pod_annotations has ${JSON.stringify(shown)}, set by ${variable}`);
  }
}

/** Whoever set it asked for it, so it is only said. */
function warnOfSecrets(entries: readonly Entry[], log: JobLog): void {
  for (const { isSecret, cause } of entries) {
    if (!isSecret) continue;
    const who = 'variable' in cause ? cause.variable : cause.config;
    log.warn(`${who} holds the value of a masked variable, which all can read who may see the Pod`);
  }
}
