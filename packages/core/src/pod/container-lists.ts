import type { Container, PodSpec } from '../kubernetes.ts';
import type { ContainerDeclaration } from './draft.ts';
import { isTable } from './provenance.ts';

/** @throws Error when a plugin put containers into the Pod, or took the list away, before they are joined to it */
export function requireNoContainers(spec: PodSpec): void {
  listOf(spec, 'containers');
  if (spec.containers.length > 0 || spec.initContainers) {
    throw new Error('containers are declared in prepare and built by buildContainer, not added to the Pod');
  }
}

/**
 * Finds the containers that were joined to the Pod.
 * @returns the container of each declaration, in their order
 * @throws Error when one is gone, has another name, or is there twice
 */
export function findContainers(spec: PodSpec, declared: readonly ContainerDeclaration[]): Container[] {
  return declared.map(({ name, role }) => {
    const list = role === 'init' ? 'initContainers' : 'containers';
    const [found, another] = listOf(spec, list).filter((container) => container?.name === name);
    if (found === undefined) {
      throw new Error(
        `spec.${list}[${name}] is gone: a patch may change a container, but neither remove nor rename it`,
      );
    }
    if (another !== undefined) throw new Error(`spec.${list}[${name}] is there twice: names of containers are unique`);
    return found;
  });
}

function listOf(spec: PodSpec, list: 'containers' | 'initContainers'): readonly Container[] {
  if (!isTable(spec)) throw new Error("spec is gone: it holds the Pod's containers");
  const containers = spec[list];
  if (Array.isArray(containers)) return containers;
  throw new Error(`spec.${list} is gone: change the containers in it instead of the list`);
}
