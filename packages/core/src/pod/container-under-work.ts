import type { JobContext } from '../job/context.ts';
import type { Container, VolumeMount } from '../kubernetes.ts';
import type { PodSkeleton } from './build.ts';
import type { Cause } from './cause.ts';
import type { Author, ContainerDeclaration, ContainerDraft, ContainerRole, FieldAuthor } from './draft.ts';
import { DraftUnderWork, core } from './draft-under-work.ts';
import { secretName } from './owned-objects.ts';
import { Provenance } from './provenance.ts';
import { explainContainer } from './skeleton-causes.ts';

/** The one implementation of `ContainerDraft`. */
export class ContainerUnderWork extends DraftUnderWork implements ContainerDraft {
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
    explainContainer(this, job);
    this.attribute(core);
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

  protected compare(author: Author): void {
    this.provenance.attribute(this.spec, author, this.path);
  }

  /** Every leaf's path and author. */
  *authors(): Generator<[string, FieldAuthor]> {
    for (const [field, author] of this.provenance.entries('')) {
      yield [this.path + field, this.withCause(author, field.slice(1))];
    }
  }
}
