import { resources } from './resources/resources.ts';
import type { Resource, Subresource } from './resources/resource.ts';

/** The version that the API says it is: the one its schemas were made from. */
const version = { major: '1', minor: '30', gitVersion: 'v1.30.0+podwright' };

const subresourceVerbs: Readonly<Record<Subresource, readonly string[]>> = {
  status: ['get', 'patch', 'update'],
  log: ['get'],
  exec: ['create', 'get'],
  attach: ['create', 'get'],
};

const subresourceKinds: Readonly<Partial<Record<Subresource, string>>> = {
  exec: 'PodExecOptions',
  attach: 'PodAttachOptions',
};

/** An OpenAPI document with nothing in it but `swagger: "2.0"`, as protobuf: kubectl then checks nothing itself. */
const emptyOpenApi = Buffer.from([0x0a, 0x03, ...Buffer.from('2.0')]);

const authorizationVersion = { groupVersion: 'authorization.k8s.io/v1', version: 'v1' };
const authorization = {
  name: 'authorization.k8s.io',
  versions: [authorizationVersion],
  preferredVersion: authorizationVersion,
};
const accessReviews = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: authorizationVersion.groupVersion,
  resources: [
    {
      name: 'selfsubjectaccessreviews',
      singularName: '',
      namespaced: false,
      kind: 'SelfSubjectAccessReview',
      verbs: ['create'],
    },
  ],
};

/** A document that does not depend on what is stored, and its media type. */
export interface StaticDocument {
  readonly type: string;
  readonly body: string | Buffer;
}

/** What clients ask first: versions, resources, schemas, and whether the API is well. By path. */
export const discovery: ReadonlyMap<string, StaticDocument> = new Map<string, StaticDocument>([
  ['/api', json({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] })],
  ['/apis', json({ kind: 'APIGroupList', apiVersion: 'v1', groups: [authorization] })],
  ['/apis/authorization.k8s.io', json({ kind: 'APIGroup', apiVersion: 'v1', ...authorization })],
  [`/apis/${authorizationVersion.groupVersion}`, json(accessReviews)],
  ['/api/v1', json({ kind: 'APIResourceList', groupVersion: 'v1', resources: resources.flatMap(described) })],
  [
    '/version',
    json({
      ...version,
      gitCommit: '',
      gitTreeState: 'clean',
      buildDate: '1970-01-01T00:00:00Z',
      goVersion: '',
      compiler: '',
      platform: `${process.platform}/${process.arch}`,
    }),
  ],
  ['/openapi/v2', { type: 'application/octet-stream', body: emptyOpenApi }],
  ...['/healthz', '/livez', '/readyz'].map((path) => [path, { type: 'text/plain', body: 'ok' }] as const),
]);

function described(resource: Resource): object[] {
  const { plural, kind, namespaced, shortNames, categories, subresources } = resource;
  const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
  return [
    {
      name: plural,
      singularName: '',
      namespaced,
      kind,
      verbs: namespaced ? verbs : verbs.filter((verb) => verb !== 'deletecollection'),
      ...(shortNames.length === 0 ? {} : { shortNames }),
      ...(categories === undefined ? {} : { categories }),
    },
    ...subresources.map((name) => ({
      name: `${plural}/${name}`,
      singularName: '',
      namespaced,
      kind: subresourceKinds[name] ?? kind,
      verbs: subresourceVerbs[name],
    })),
  ];
}

function json(document: object): StaticDocument {
  return { type: 'application/json', body: JSON.stringify(document) };
}
