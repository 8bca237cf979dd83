import type { ExecutorHooks } from '../hooks.ts';
import type { JobContext } from '../job/context.ts';
import type { Container, Pod, Secret, Service, Volume, VolumeMount } from '../kubernetes.ts';
import { freezeDeep } from '../freeze.ts';
import { dnsLabel } from '../job/names.ts';
import { Causes, type Cause } from './cause.ts';
import type {
  Author,
  BuiltPod,
  ContainerDeclaration,
  ContainerDraft,
  ContainerRole,
  FieldAuthor,
  PodDraft,
  SecretDraft,
  ServiceDraft,
} from './draft.ts';
import { podLabel } from './labels.ts';
import { Provenance } from './provenance.ts';
import { explainContainer, explainPod } from './skeleton-causes.ts';

/** What core itself puts into a Pod before any plugin is asked. */
export interface PodSkeleton {
  /** The Pod without its containers. */
  readonly pod: PodDraft['pod'];
  /** The start of each container. */
  container(declaration: ContainerDeclaration): Container;
  readonly secrets: readonly SecretDraft[];
}

/** Containers have provenance of their own. */
const containerLists: ReadonlySet<string> = new Set(['containers', 'initContainers']);

const core: Author = Object.freeze({ plugin: 'core', hook: 'skeleton' });

/**
 * Builds one Pod: core's skeleton, then each container, then the Pod around them, patches, and validation of the
 * frozen result. Same input, same Pod.
 */
export async function buildPod(hooks: ExecutorHooks, job: JobContext, skeleton: PodSkeleton): Promise<BuiltPod> {
  const draft = new PodUnderWork(skeleton, job);
  const containers: ContainerUnderWork[] = [];
  for (const declaration of job.containers) {
    const container = new ContainerUnderWork(declaration, skeleton, job);
    containers.push(container);
    await hooks.buildContainer.promise(container, job);
  }
  await hooks.buildPod.promise(draft, job);
  draft.join(containers);
  await hooks.mutatePod.promise(draft, job);
  const pod: Pod = freezeDeep(draft.pod);
  if (hooks.validatePod.isUsed()) await hooks.validatePod.promise(pod, job);
  return draft.finish(pod);
}

/** A draft that the guard can compare with what it was before a tap. */
export abstract class DraftUnderWork {
  readonly #causes = new Causes();

  explain(field: string, cause: Cause): void {
    this.#causes.add(field, cause);
  }

  /** @param field as given to `explain` */
  protected withCause(author: Author, field: string): FieldAuthor {
    const cause = this.#causes.find(field);
    return cause === undefined ? author : { ...author, cause };
  }

  /** Attributes what changed since the last call. */
  abstract attribute(author: Author): void;
}

class ContainerUnderWork extends DraftUnderWork implements ContainerDraft {
  readonly name: string;
  readonly role: ContainerRole;
  readonly spec: Container;
  readonly provenance = new Provenance();
  readonly #podName: string;

  constructor(declaration: ContainerDeclaration, skeleton: PodSkeleton, job: JobContext) {
    super();
    this.spec = skeleton.container(declaration);
    this.#podName = skeleton.pod.metadata.name;
    this.name = declaration.name;
    this.role = declaration.role;
    this.attribute(core);
    explainContainer(this, job);
  }

  get path(): string {
    return `spec.${this.role === 'init' ? 'initContainers' : 'containers'}[${this.name}]`;
  }

  secretName(suffix: string): string {
    return secretName(this.#podName, suffix);
  }

  addMount(mount: VolumeMount, cause?: Cause): void {
    const mounts = (this.spec.volumeMounts ??= []);
    const taken = mounts.find((other) => other.mountPath === mount.mountPath);
    if (taken) throw new Error(`${this.path}: volume ${taken.name} is mounted on ${mount.mountPath} already`);
    mounts.push(mount);
    if (cause) this.explain(`volumeMounts[${mount.mountPath}]`, cause);
  }

  attribute(author: Author): void {
    this.provenance.attribute(this.spec, author, this.path);
  }

  /** Every leaf's path and author. */
  *authors(): Generator<[string, FieldAuthor]> {
    for (const [field, author] of this.provenance.entries('')) {
      yield [this.path + field, this.withCause(author, field.slice(1))];
    }
  }
}

class PodUnderWork extends DraftUnderWork implements PodDraft {
  readonly pod: PodDraft['pod'];
  readonly #secrets: SecretDraft[] = [];
  readonly #services: Service[] = [];
  readonly #metadata = new Provenance();
  readonly #spec = new Provenance();
  #containers: readonly ContainerUnderWork[] = [];

  constructor(skeleton: PodSkeleton, job: JobContext) {
    super();
    this.pod = skeleton.pod;
    for (const secret of skeleton.secrets.toReversed()) this.addSecret(secret);
    this.attribute(core);
    explainPod(this, job);
  }

  addVolume(volume: Volume, cause?: Cause): void {
    const volumes = (this.pod.spec.volumes ??= []);
    if (volumes.some((other) => other.name === volume.name))
      throw new Error(`there is a volume ${volume.name} already`);
    volumes.push(volume);
    if (cause) this.explain(`spec.volumes[${volume.name}]`, cause);
  }

  addSecret(secret: SecretDraft): string {
    if (this.#secrets.some((other) => other.suffix === secret.suffix)) {
      throw new Error(`there is a Secret with suffix ${secret.suffix} already`);
    }
    // What the scripts are in stays last.
    this.#secrets.unshift(secret);
    return secretName(this.pod.metadata.name, secret.suffix);
  }

  addService(draft: ServiceDraft): void {
    const service = toService(this.pod.metadata, draft);
    if (this.#services.some((other) => other.metadata?.name === service.metadata?.name)) {
      throw new Error(`there is a Service ${draft.key} already`);
    }
    this.#services.push(service);
  }

  /** Puts the containers into the Pod, where `mutatePod` may change them. */
  join(containers: readonly ContainerUnderWork[]): void {
    const { spec } = this.pod;
    if (spec.containers.length > 0 || spec.initContainers) {
      throw new Error('buildPod: containers are declared in prepare and built by buildContainer, not added to the Pod');
    }
    const inits = containers.filter((c) => c.role === 'init').map((c) => c.spec);
    spec.containers = containers.filter((c) => c.role !== 'init').map((c) => c.spec);
    if (inits.length > 0) spec.initContainers = inits;
    this.#containers = containers;
  }

  attribute(author: Author): void {
    const { metadata, spec } = this.pod;
    const isPatch = author.hook === 'mutatePod';
    this.#metadata.attribute(metadata, author, 'metadata', isPatch);
    this.#spec.attribute(spec, author, 'spec', isPatch, containerLists);
    if (!isPatch) return;
    const { containers, initContainers } = spec;
    for (const container of this.#containers) {
      const now = [...containers, ...(initContainers ?? [])].find((c) => c.name === container.name);
      if (now) container.provenance.attribute(now, author, container.path, true);
    }
  }

  finish(pod: Pod): BuiltPod {
    const { metadata } = this.pod;
    const collect = () => this.#collectProvenance();
    return {
      pod,
      secrets: this.#secrets.map((secret) => toSecret(metadata, secret)),
      services: this.#services,
      get provenance() {
        return collect();
      },
    };
  }

  #collectProvenance(): Map<string, FieldAuthor> {
    const all = new Map<string, FieldAuthor>();
    const own = [...this.#metadata.entries('metadata'), ...this.#spec.entries('spec')];
    for (const [field, author] of own) all.set(field, this.withCause(author, field));
    for (const container of this.#containers) for (const [path, author] of container.authors()) all.set(path, author);
    return all;
  }
}

/** As text: the API encodes it itself, and the request is a third smaller. */
function toSecret(
  pod: { name: string; namespace: string; labels: Record<string, string> },
  draft: SecretDraft,
): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName(pod.name, draft.suffix), namespace: pod.namespace, labels: pod.labels },
    type: draft.type ?? 'Opaque',
    stringData: draft.data,
  };
}

function secretName(podName: string, suffix: string): string {
  return `${podName}-${suffix}`;
}

/** Found by the label that only this Pod has. */
function toService(
  pod: { name: string; namespace: string; labels: Record<string, string> },
  { key, ports }: ServiceDraft,
): Service {
  const random = pod.name.slice(-8);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${dnsLabel(key).slice(0, 54)}-${random}`, namespace: pod.namespace, labels: pod.labels },
    spec: {
      type: 'ClusterIP',
      selector: { [podLabel]: pod.name },
      ports: ports.map(({ number, name }) => ({ port: number, targetPort: number, name })),
    },
  };
}
