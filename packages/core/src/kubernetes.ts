/**
 * The Kubernetes objects that podwright speaks of, in the shape of the API's own JSON.
 * Types only: core has no client.
 */
export type {
  Affinity,
  Capabilities,
  Container,
  ContainerState,
  ContainerStatus,
  EnvVar,
  HostAlias,
  LocalObjectReference,
  Pod,
  PodCondition,
  PodSecurityContext,
  PodSpec,
  ResourceRequirements,
  Secret,
  SecurityContext,
  Service,
  Toleration,
  Volume,
  VolumeMount,
} from 'kubernetes-types/core/v1.js';
export type { ObjectMeta, OwnerReference, Status } from 'kubernetes-types/meta/v1.js';
