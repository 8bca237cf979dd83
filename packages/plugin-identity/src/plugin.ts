import {
  JobRejectedError,
  definePlugin,
  patternNotices,
  stateKey,
  type Cause,
  type JobLog,
  type Plugin,
  type PodDraft,
} from '@podwright/core';
import { configSchema, type IdentityConfig } from './config.ts';
import { namespaceField, serviceAccountField } from './name-fields.ts';
import { bearerTokenVariable, overwritesReader, type Overwrites } from './overwrites.ts';

const name = 'identity';

const configuredAccount: Cause = Object.freeze({ config: serviceAccountField.key });
const chosenAccount: Cause = Object.freeze({ variable: serviceAccountField.variable });
const configuredNamespace: Cause = Object.freeze({ config: namespaceField.key });
const chosenNamespace: Cause = Object.freeze({ variable: namespaceField.variable });

const ofJob = stateKey<{ overwrites?: Overwrites }>('identity of the job', () => ({}));

/** Chooses where a job's Pod runs, as whom, and who asks the cluster for it. */
export const identityPlugin: Plugin = definePlugin({
  name,
  core: '0.x',
  configSchema,
  variables: [
    {
      name: namespaceField.variable,
      description: 'Replaces `namespace`, if it matches `namespace_overwrite_allowed`.',
    },
    {
      name: serviceAccountField.variable,
      description: 'Replaces `service_account`, if it matches `service_account_overwrite_allowed`.',
    },
    {
      name: bearerTokenVariable,
      description:
        'Token for all that is asked of the Kubernetes API for this job, if `bearer_token_overwrite_allowed`.',
      secret: true,
    },
  ],
  notices: (config, { overwriteMatch }) =>
    [namespaceField, serviceAccountField].flatMap(({ allowedKey }) =>
      patternNotices(allowedKey, config[allowedKey], overwriteMatch),
    ),
  apply({ hooks, config, overwriteMatch }) {
    const read = overwritesReader(config, overwriteMatch);

    hooks.prepare.tap(name, (job) => {
      const overwrites = read(job.variables);
      report(overwrites, job.log);
      job.state(ofJob).overwrites = overwrites;
      const { namespace = config.namespace, bearerToken } = overwrites;
      if (namespace !== '') job.useNamespace(namespace);
      if (bearerToken !== undefined) job.useBearerToken(bearerToken);
    });

    hooks.buildPod.tap(name, (draft, job) => addIdentity(draft, config, job.state(ofJob).overwrites));
  },
});

/** @throws JobRejectedError with all problems */
function report({ applied, ignored, problems }: Overwrites, log: JobLog): void {
  for (const line of ignored) log.warn(line);
  if (problems.length > 0) {
    throw new JobRejectedError(problems.join('; '), {
      hint: 'change the variables of the job, or ask the administrator of the runner to allow more',
    });
  }
  for (const line of applied) log.info(line);
}

/** The namespace itself is written by core, which takes it from `prepare`. */
function addIdentity(draft: PodDraft, config: IdentityConfig, overwrites: Overwrites | undefined): void {
  if (overwrites?.namespace !== undefined) draft.explain('metadata.namespace', chosenNamespace);
  else if (config.namespace !== '') draft.explain('metadata.namespace', configuredNamespace);
  const chosen = overwrites?.serviceAccount;
  const account = chosen ?? config.service_account;
  if (account === '') return;
  draft.pod.spec.serviceAccountName = account;
  draft.explain('spec.serviceAccountName', chosen === undefined ? configuredAccount : chosenAccount);
}
