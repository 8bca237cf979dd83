import type { JobContext } from '../job/context.ts';
import type { Pod, Secret, Service, Volume } from '../kubernetes.ts';
import type { PodSkeleton } from './build.ts';
import type { Cause } from './cause.ts';
import { findContainers, requireNoContainers } from './container-lists.ts';
import type { ContainerUnderWork } from './container-under-work.ts';
import type { Author, BuiltPod, FieldAuthor, PodDraft, SecretDraft, ServiceDraft } from './draft.ts';
import { DraftUnderWork, core } from './draft-under-work.ts';
import { secretName, toSecret, toService } from './owned-objects.ts';
import { Provenance } from './provenance.ts';
import { explainPod } from './skeleton-causes.ts';

/** Containers have provenance of their own. */
const containerLists: ReadonlySet<string> = new Set(['containers', 'initContainers']);

/** The one implementation of `PodDraft`. */
export class PodUnderWork extends DraftUnderWork implements PodDraft {
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
    explainPod(this, job);
    this.attribute(core);
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
    const inits = containers.filter((c) => c.role === 'init').map((c) => c.spec);
    spec.containers = containers.filter((c) => c.role !== 'init').map((c) => c.spec);
    if (inits.length > 0) spec.initContainers = inits;
    this.#containers = containers;
  }

  /** @throws Error when containers were added, removed or renamed */
  protected compare(author: Author): void {
    const { metadata, spec } = this.pod;
    const isPatch = author.hook === 'mutatePod';
    if (!isPatch) requireNoContainers(spec);
    const containers = isPatch ? findContainers(spec, this.#containers) : [];
    this.#metadata.attribute(metadata, author, 'metadata', isPatch);
    this.#spec.attribute(spec, author, 'spec', isPatch, containerLists);
    for (const [i, now] of containers.entries()) {
      const container = this.#containers[i];
      container?.provenance.attribute(now, author, container.path, true);
    }
  }

  finish(pod: Pod): BuiltPod {
    const { metadata } = this.pod;
    const secrets = this.#secrets.map((secret) => toSecret(metadata, secret));
    return new FinishedPod(pod, secrets, this.#services, () => this.#collectProvenance());
  }

  #collectProvenance(): Map<string, FieldAuthor> {
    const all = new Map<string, FieldAuthor>();
    const own = [...this.#metadata.entries('metadata'), ...this.#spec.entries('spec')];
    for (const [field, author] of own) all.set(field, this.withCause(author, field));
    for (const container of this.#containers) for (const [path, author] of container.authors()) all.set(path, author);
    return all;
  }
}

/** A class, as an object literal with a getter is a slow object of a shape of its own, each time. */
class FinishedPod implements BuiltPod {
  constructor(
    readonly pod: Pod,
    readonly secrets: readonly Secret[],
    readonly services: readonly Service[],
    private readonly collectProvenance: () => Map<string, FieldAuthor>,
  ) {}

  /** Collected when it is asked for: few do. */
  get provenance(): Map<string, FieldAuthor> {
    return this.collectProvenance();
  }
}
