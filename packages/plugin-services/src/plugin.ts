import {
  JobRejectedError,
  definePlugin,
  freezeDeep,
  stateKey,
  type Cause,
  type JobContext,
  type Plugin,
  type PodDraft,
  type ServiceDraft,
} from '@podwright/core';
import { addPorts, addService } from './add-service.ts';
import { configSchema } from './config.ts';
import { namelessServices } from './nameless-services.ts';
import { serviceProblems } from './problems.ts';
import { portOwners, proxies } from './proxies.ts';
import { allHostNames, readServices, type Service } from './read-services.ts';
import { addSecret, referToSecrets } from './secret-variables.ts';
import { configuredServices, jobServices } from './written-services.ts';

const name = 'services';
const localhost = '127.0.0.1';

const localhostCause: Cause = { because: 'the containers of a Pod share localhost' };
const imagePortsCause: Cause = { job: 'image.ports' };

/** What is remembered of one job. */
interface ServicesState {
  services: readonly Service[];
  proxies: readonly ServiceDraft[];
}

const state = stateKey<ServicesState>('services of the job', () => ({ services: [], proxies: [] }));

/** Runs the services of the configuration and of the job beside it. */
export const servicesPlugin: Plugin = definePlugin({
  name,
  core: '0.x',
  configSchema,
  rbac: [
    { apiGroup: '', resource: 'secrets', verbs: ['create'] },
    // get: to read back a Service when the answer to its creation was lost.
    { apiGroup: '', resource: 'services', verbs: ['create', 'get'] },
  ],
  notices: ({ services }) => namelessServices(services),
  apply({ hooks, config }) {
    const configured = freezeDeep(configuredServices(config.services));

    hooks.prepare.tap(name, (job) => {
      const services = readServices([...configured, ...jobServices(job.payload)], job.variables);
      const { drafts, problems } = proxies(portOwners(job.payload.image, services));
      refuse([...serviceProblems(services, job.variables), ...problems]);
      for (const service of services) {
        report(service, job);
        job.declareContainer({ name: service.container, role: 'service' });
      }
      const own = job.state(state);
      own.services = services;
      own.proxies = drafts;
    });

    hooks.buildContainer.tap(name, (container, job) => {
      if (container.role === 'build') addPorts(container, job.payload.image?.ports ?? [], imagePortsCause);
      const service = job.state(state).services.find((other) => other.container === container.name);
      if (!service) return;
      addService(container, service);
      referToSecrets(container, service);
    });

    hooks.buildPod.tap(name, (draft, job) => {
      const { services, proxies: drafts } = job.state(state);
      addHostAlias(draft, services);
      addSecret(draft, services);
      for (const service of drafts) draft.addService(service);
    });
  },
});

/** @throws JobRejectedError when there are problems */
function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new JobRejectedError(problems.join('; '), { hint: 'correct "image:" and "services:" of the job' });
}

function report({ container, image, hostNames, written }: Service, { log }: JobContext): void {
  const names = [...new Set(hostNames.map((hostName) => hostName.name))];
  if (names.length > 0) log.info(`Using service ${image} (${container}), reachable as ${names.join(', ')}`);
  else if (written.ports.length > 0)
    log.info(`Using service ${image} (${container}), ports ${written.ports.map(({ number }) => number).join(', ')}`);
  else log.warn(`Using service ${image} (${container}), reachable as localhost only: give it an alias`);
}

/** All names in one entry, which comes first. */
function addHostAlias(draft: PodDraft, services: readonly Service[]): void {
  const hostNames = allHostNames(services);
  if (hostNames.length === 0) return;
  const { spec } = draft.pod;
  const own = { ip: localhost, hostnames: hostNames.map((hostName) => hostName.name) };
  spec.hostAliases = [own, ...(spec.hostAliases ?? [])];
  const path = `spec.hostAliases[${localhost}]`;
  draft.explain(path, localhostCause);
  for (const [i, { cause }] of hostNames.entries()) draft.explain(`${path}.hostnames[${i}]`, cause);
}
