import type { Container, Pod, PodSpec, Secret, Service, Volume, VolumeMount } from '../kubernetes.ts';
import type { Cause, FieldCauses } from './cause.ts';

/** What a container of the job's Pod is for. */
export type ContainerRole = 'build' | 'helper' | 'service' | 'init';

/** A container that is to be in the Pod; `buildContainer` is called for each. */
export interface ContainerDeclaration {
  /** Unique in the Pod: `build`, `helper`, `svc-0`, … */
  readonly name: string;
  readonly role: ContainerRole;
}

/** One container while plugins contribute to it. */
export interface ContainerDraft {
  readonly name: string;
  readonly role: ContainerRole;
  /** The container as it will be sent. Add and merge; never replace what is there. */
  readonly spec: Container;
  /** The name of a Secret that the plugin will add to the Pod in `buildPod`. */
  secretName(suffix: string): string;
  /** Adds a mount. @throws Error when another one has the same path */
  addMount(mount: VolumeMount, cause?: Cause): void;
  /**
   * Says what a field was written for. Every field that a plugin writes needs a cause.
   * @param field within the container, such as `resources.limits.cpu` or `volumeMounts[/cache]`; stands for all below it
   */
  explain(field: string, cause: Cause): void;
  /** `explain` for many fields, each with its cause. */
  explainAll(causes: FieldCauses): void;
}

/** A Secret that the Pod needs. It is created right after the Pod, owned by it, and so is deleted with it. */
export interface SecretDraft {
  /** Appended to the Pod's name, with a dash; unique in the Pod, such as `registry`. */
  readonly suffix: string;
  readonly type?: string;
  /** Key to content, as text. */
  readonly data: Readonly<Record<string, string>>;
}

/** A Service in front of ports of the Pod. It is created with the Pod, owned by it, and so is deleted with it. */
export interface ServiceDraft {
  /** What it is for; made fit for DNS, it becomes part of the name. Unique in the Pod. */
  readonly key: string;
  readonly ports: readonly { readonly number: number; readonly name: string }[];
}

/** The Pod while plugins contribute to it. */
export interface PodDraft {
  /** The Pod as it will be sent, with metadata and spec present. Add and merge; never replace what is there. */
  readonly pod: Pod & {
    metadata: { name: string; namespace: string; labels: Record<string, string>; annotations: Record<string, string> };
    spec: PodSpec;
  };
  /** Adds a volume. @throws Error when another one has the same name */
  addVolume(volume: Volume, cause?: Cause): void;
  /** Adds a Secret. @returns the name it will have. @throws Error when another one has the same suffix */
  addSecret(secret: SecretDraft): string;
  /** Adds a Service. @throws Error when another one has the same name */
  addService(service: ServiceDraft): void;
  /**
   * Says what a field was written for. Every field that a plugin writes needs a cause.
   * @param field from the Pod down, such as `spec.dnsPolicy` or `metadata.labels.team`; stands for all below it
   */
  explain(field: string, cause: Cause): void;
  /** `explain` for many fields, each with its cause. */
  explainAll(causes: FieldCauses): void;
}

/** A Pod ready to be created, with what must be created with it and who wrote which field. */
export interface BuiltPod {
  readonly pod: Pod;
  /**
   * In the order of their creation: the scripts are last, as no container starts without them, and so finds the others in
   * place. Without owner references: those need the Pod's uid, which the cluster gives.
   */
  readonly secrets: readonly Secret[];
  readonly services: readonly Service[];
  /** Path of each leaf of the Pod, such as `spec.containers[build].image`, to its author. */
  readonly provenance: ReadonlyMap<string, FieldAuthor>;
}

/** Who wrote a field of the Pod. */
export interface Author {
  /** The plugin's name, or `core`. */
  readonly plugin: string;
  readonly hook: string;
}

/** Who wrote a field of the Pod, and what for. */
export interface FieldAuthor extends Author {
  readonly cause?: Cause;
}
