import { ConfigMap as ConfigMapModel } from 'kubernetes-models/v1/ConfigMap';
import { Event as EventModel } from 'kubernetes-models/v1/Event';
import { Namespace as NamespaceModel } from 'kubernetes-models/v1/Namespace';
import { Secret as SecretModel } from 'kubernetes-models/v1/Secret';
import { ServiceAccount as ServiceAccountModel } from 'kubernetes-models/v1/ServiceAccount';
import type { ConfigMap, Event, Namespace, Secret, ServiceAccount } from 'kubernetes-types/core/v1.js';
import { age } from '../tables.ts';
import {
  validateConfigMap,
  validateConfigMapUpdate,
  validateNamespace,
  validateSecret,
  validateSecretUpdate,
} from '../validation/data-objects.ts';
import { invalidValue } from '../validation/field-problem.ts';
import { validateMetadata } from '../validation/metadata.ts';
import { dnsSubdomainRule } from '../validation/names.ts';
import { pods } from './pods.ts';
import type { Resource } from './resource.ts';

export { pods };

/** What most kinds have in common. */
const plain = {
  namespaced: true,
  subresources: [],
  shortNames: [],
  answersDeleted: false,
  columns: [],
  selectableFields: () => ({}),
  setDefaults: () => {},
  validate: (object) => validateMetadata(object.metadata, dnsSubdomainRule),
  validateUpdate: () => [],
} satisfies Partial<Resource>;

export const secrets: Resource = {
  ...plain,
  plural: 'secrets',
  kind: 'Secret',
  schema: SecretModel,
  selectableFields: (object) => ({ type: (object as Secret).type ?? '' }),
  setDefaults(object) {
    const secret = object as Secret;
    secret.type ||= 'Opaque';
    if (secret.stringData === undefined) return;
    const encoded = Object.entries(secret.stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    secret.data = { ...secret.data, ...(Object.fromEntries(encoded) as Record<string, string>) };
    delete secret.stringData;
  },
  validate: (object) => validateSecret(object as Secret),
  validateUpdate: (next, current) => validateSecretUpdate(next as Secret, current as Secret),
  columns: [
    { name: 'Type', type: 'string', cell: (object) => (object as Secret).type ?? '' },
    { name: 'Data', type: 'integer', cell: (object) => Object.keys((object as Secret).data ?? {}).length },
  ],
};

export const configMaps: Resource = {
  ...plain,
  plural: 'configmaps',
  kind: 'ConfigMap',
  shortNames: ['cm'],
  schema: ConfigMapModel,
  validate: (object) => validateConfigMap(object as ConfigMap),
  validateUpdate: (next, current) => validateConfigMapUpdate(next as ConfigMap, current as ConfigMap),
  columns: [
    {
      name: 'Data',
      type: 'integer',
      cell(object) {
        const { data = {}, binaryData = {} } = object as ConfigMap;
        return Object.keys(data).length + Object.keys(binaryData).length;
      },
    },
  ],
};

export const serviceAccounts: Resource = {
  ...plain,
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  shortNames: ['sa'],
  schema: ServiceAccountModel,
  answersDeleted: true,
  columns: [{ name: 'Secrets', type: 'integer', cell: (object) => ((object as ServiceAccount).secrets ?? []).length }],
};

export const events: Resource = {
  ...plain,
  plural: 'events',
  kind: 'Event',
  shortNames: ['ev'],
  schema: EventModel,
  selectableFields(object) {
    const { involvedObject, reason, type, source, reportingComponent } = object as Partial<Event>;
    const about = involvedObject ?? {};
    return {
      'involvedObject.kind': about.kind ?? '',
      'involvedObject.namespace': about.namespace ?? '',
      'involvedObject.name': about.name ?? '',
      'involvedObject.uid': about.uid ?? '',
      'involvedObject.apiVersion': about.apiVersion ?? '',
      'involvedObject.resourceVersion': about.resourceVersion ?? '',
      'involvedObject.fieldPath': about.fieldPath ?? '',
      reason: reason ?? '',
      type: type ?? '',
      source: source?.component ?? '',
      reportingComponent: reportingComponent ?? '',
    };
  },
  validate(object) {
    const { namespace } = (object as Partial<Event>).involvedObject ?? {};
    const problems = plain.validate(object);
    // What is in no namespace has its events in this one.
    if ((namespace || 'default') === object.metadata.namespace) return problems;
    return [...problems, invalidValue('involvedObject.namespace', namespace, 'must be that of the event')];
  },
  columns: [
    { name: 'Last Seen', type: 'string', cell: (object) => age((object as unknown as Event).lastTimestamp) },
    { name: 'Type', type: 'string', cell: (object) => (object as unknown as Event).type ?? '' },
    { name: 'Reason', type: 'string', cell: (object) => (object as unknown as Event).reason ?? '' },
    {
      name: 'Object',
      type: 'string',
      cell(object) {
        const { kind = '', name = '' } = (object as Partial<Event>).involvedObject ?? {};
        return `${kind.toLowerCase()}/${name}`;
      },
    },
    { name: 'Message', type: 'string', cell: (object) => (object as unknown as Event).message ?? '' },
  ],
};

export const namespaces: Resource = {
  ...plain,
  plural: 'namespaces',
  kind: 'Namespace',
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['status'],
  schema: NamespaceModel,
  selectableFields: (object) => ({ 'status.phase': (object as Namespace).status?.phase ?? '' }),
  setDefaults(object) {
    const namespace = object as Namespace;
    namespace.spec ??= { finalizers: ['kubernetes'] };
    namespace.status ??= { phase: 'Active' };
  },
  validate: (object) => validateNamespace(object as Namespace),
  answersDeleted: true,
  columns: [{ name: 'Status', type: 'string', cell: (object) => (object as Namespace).status?.phase ?? '' }],
};

/** All kinds that the API serves, in the order of discovery. */
export const resources: readonly Resource[] = [configMaps, events, namespaces, pods, secrets, serviceAccounts];

/** By their name in a path. */
export const resourceByPlural: ReadonlyMap<string, Resource> = new Map(resources.map((item) => [item.plural, item]));
