import {
  definePlugin,
  stateKey,
  type Cause,
  type ContainerRole,
  type JobContext,
  type Plugin,
  type PodDraft,
} from '@podwright/core';
import { buildImage } from './build-image.ts';
import { configSchema, type ImagesConfig } from './config.ts';
import { dockerAuthVariable } from './docker-auth-variable.ts';
import { helperImage } from './helper-image.ts';
import { imagePullPolicy, judgePull } from './pull-policy.ts';
import { registryCredentials } from './registry-credentials.ts';

const name = 'images';

const pullPolicyCause: Cause = { config: 'pull_policy' };

/** A Secret with which images are pulled, and where its name comes from. */
interface PullSecret {
  readonly secret: string;
  readonly cause: Cause;
}

/** What is remembered of one job. */
interface ImagesState {
  /** Per container: how many pull policies have failed. */
  readonly failures: Map<string, number>;
  /** Content of the registry Secret; absent when the job has no credentials. */
  dockerConfig?: string;
}

const state = stateKey<ImagesState>('images of the job', () => ({ failures: new Map() }));

/** Chooses images, how they are pulled, and with which credentials. */
export const imagesPlugin: Plugin = definePlugin({
  name,
  core: '0.x',
  configSchema,
  rbac: [{ apiGroup: '', resource: 'secrets', verbs: ['create'] }],
  variables: [
    {
      name: 'DOCKER_AUTH_CONFIG',
      description: 'Content of a Docker `config.json` with registry credentials (`auths`).',
      secret: true,
    },
  ],
  apply({ hooks, config }) {
    hooks.prepare.tap(name, (job) => {
      job.log.info(`Using image ${buildImage(job.payload.image?.name, config.image, job.variables)}`);
      if (jobWantsPullPolicy(job)) {
        job.log.warn("pull_policy of the job is ignored: this runner's configuration decides");
      }
      const { dockerConfig, warnings } = registryCredentials({
        dockerAuthConfig: dockerAuthVariable(job),
        credentials: job.payload.credentials,
      });
      for (const warning of warnings) job.log.warn(warning);
      if (dockerConfig !== undefined) job.state(state).dockerConfig = dockerConfig;
    });

    hooks.buildContainer.tap(name, (container, job) => {
      const image = imageOf(container.role, config, job);
      if (image !== undefined) {
        container.spec.image = image;
        container.explain('image', imageCause(container.role, config, job));
      }
      const policy = imagePullPolicy(config.pull_policy, job.state(state).failures.get(container.name) ?? 0);
      if (policy !== undefined) {
        container.spec.imagePullPolicy = policy;
        container.explain('imagePullPolicy', pullPolicyCause);
      }
    });

    hooks.buildPod.tap(name, (draft, job) => {
      const secrets = [...configuredSecrets(config), ...registrySecret(draft, job.state(state).dockerConfig)];
      if (secrets.length === 0) return;
      const { spec } = draft.pod;
      spec.imagePullSecrets = [...(spec.imagePullSecrets ?? []), ...secrets.map(({ secret }) => ({ name: secret }))];
      for (const { secret, cause } of secrets) draft.explain(`spec.imagePullSecrets[${secret}]`, cause);
    });

    hooks.podFailed.tap(name, (problem, decision, job) => {
      const { failures } = job.state(state);
      const container = problem.container ?? '';
      const failed = failures.get(container) ?? 0;
      const judgement = judgePull(problem, config.pull_policy, failed, job.attempt);
      if (!judgement) return;
      job.log.warn(judgement.warning);
      if (judgement.next === undefined) return;
      failures.set(container, failed + 1);
      decision.again(judgement.next);
    });
  },
});

function imageCause(role: ContainerRole, config: ImagesConfig, { payload }: JobContext): Cause {
  if (role === 'build') return (payload.image?.name ?? '') === '' ? { config: 'image' } : { job: 'image.name' };
  return config.helper_image === ''
    ? { because: "GitLab's helper image of the same version" }
    : { config: 'helper_image' };
}

/** The services' images are set by whoever declares them. */
function imageOf(role: ContainerRole, config: ImagesConfig, job: JobContext): string | undefined {
  switch (role) {
    case 'build':
      return buildImage(job.payload.image?.name, config.image, job.variables);
    case 'helper':
    case 'init':
      return helperImage(config.helper_image, job.variables);
    case 'service':
      return undefined;
  }
}

function configuredSecrets(config: ImagesConfig): PullSecret[] {
  return config.image_pull_secrets.map((secret, i) => ({ secret, cause: { config: `image_pull_secrets[${i}]` } }));
}

/** Nothing when the job has no credentials. */
function registrySecret(draft: PodDraft, dockerConfig: string | undefined): PullSecret[] {
  if (dockerConfig === undefined) return [];
  const data = { '.dockerconfigjson': dockerConfig };
  const secret = draft.addSecret({ suffix: 'registry', type: 'kubernetes.io/dockerconfigjson', data });
  return [{ secret, cause: { because: 'registry credentials of the job' } }];
}

function jobWantsPullPolicy({ payload }: JobContext): boolean {
  return [payload.image, ...payload.services].some((image) => (image?.pull_policy?.length ?? 0) > 0);
}
