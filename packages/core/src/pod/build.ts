import type { ExecutorHooks } from '../hooks.ts';
import type { JobContext } from '../job/context.ts';
import type { Container, Pod, Secret, Volume, VolumeMount } from '../kubernetes.ts';
import { freezeDeep } from '../freeze.ts';
import type {
  Author,
  BuiltPod,
  ContainerDeclaration,
  ContainerDraft,
  ContainerRole,
  PodDraft,
  SecretDraft,
} from './draft.ts';
import { Provenance } from './provenance.ts';

/** What core itself puts into a Pod before any plugin is asked. */
export interface PodSkeleton {
  /** The Pod without its containers. */
  readonly pod: PodDraft['pod'];
  /** The start of each container. */
  container(declaration: ContainerDeclaration): Container;
  readonly secrets: readonly SecretDraft[];
}

const core: Author = Object.freeze({ plugin: 'core', hook: 'skeleton' });

/**
 * Builds one Pod: core's skeleton, then each container, then the Pod around them, patches, and validation of the
 * frozen result. Same input, same Pod.
 */
export async function buildPod(hooks: ExecutorHooks, job: JobContext, skeleton: PodSkeleton): Promise<BuiltPod> {
  const draft = new PodUnderWork(skeleton);
  const containers: ContainerUnderWork[] = [];
  for (const declaration of job.containers) {
    const container = new ContainerUnderWork(declaration, skeleton.container(declaration));
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
  /** Attributes what changed since the last call. */
  abstract attribute(author: Author): void;
}

class ContainerUnderWork extends DraftUnderWork implements ContainerDraft {
  readonly name: string;
  readonly role: ContainerRole;
  readonly provenance = new Provenance();

  constructor(
    declaration: ContainerDeclaration,
    readonly spec: Container,
  ) {
    super();
    this.name = declaration.name;
    this.role = declaration.role;
    this.attribute(core);
  }

  get path(): string {
    return `spec.${this.role === 'init' ? 'initContainers' : 'containers'}[${this.name}]`;
  }

  addMount(mount: VolumeMount): void {
    const mounts = (this.spec.volumeMounts ??= []);
    const taken = mounts.find((other) => other.mountPath === mount.mountPath);
    if (taken) throw new Error(`${this.path}: volume ${taken.name} is mounted on ${mount.mountPath} already`);
    mounts.push(mount);
  }

  attribute(author: Author): void {
    this.provenance.attribute(this.spec, author, this.path);
  }
}

class PodUnderWork extends DraftUnderWork implements PodDraft {
  readonly pod: PodDraft['pod'];
  readonly #secrets: SecretDraft[] = [];
  readonly #provenance = new Provenance();
  #containers: readonly ContainerUnderWork[] = [];

  constructor(skeleton: PodSkeleton) {
    super();
    this.pod = skeleton.pod;
    for (const secret of skeleton.secrets.toReversed()) this.addSecret(secret);
    this.attribute(core);
  }

  addVolume(volume: Volume): void {
    const volumes = (this.pod.spec.volumes ??= []);
    if (volumes.some((other) => other.name === volume.name))
      throw new Error(`there is a volume ${volume.name} already`);
    volumes.push(volume);
  }

  addSecret(secret: SecretDraft): string {
    if (this.#secrets.some((other) => other.suffix === secret.suffix)) {
      throw new Error(`there is a Secret with suffix ${secret.suffix} already`);
    }
    // What the scripts are in stays last.
    this.#secrets.unshift(secret);
    return secretName(this.pod.metadata.name, secret);
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
    const { containers, initContainers, ...rest } = spec;
    this.#provenance.attribute({ metadata, spec: rest }, author, '', isPatch);
    if (!isPatch) return;
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
      get provenance() {
        return collect();
      },
    };
  }

  #collectProvenance(): Map<string, Author> {
    const all = new Map<string, Author>();
    for (const [path, author] of this.#provenance.entries('')) all.set(path.slice(1), author);
    for (const c of this.#containers) for (const [path, author] of c.provenance.entries(c.path)) all.set(path, author);
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
    metadata: { name: secretName(pod.name, draft), namespace: pod.namespace, labels: pod.labels },
    type: draft.type ?? 'Opaque',
    stringData: draft.data,
  };
}

function secretName(podName: string, draft: SecretDraft): string {
  return `${podName}-${draft.suffix}`;
}
