import type { Cause, ResourceRequirements } from '@podwright/core';
import { quantityFields, type Family, type QuantityField, type QuantityKey } from './quantity-fields.ts';

/** The quantities of one container, and where each comes from. */
interface Resources {
  readonly requirements: ResourceRequirements;
  /** By field of the container, such as `resources.limits.cpu`. */
  readonly causes: ReadonlyMap<string, Cause>;
}

/** The resources of the containers of a Pod, by family; a family without any is absent. */
export type ContainerResources = { readonly [F in Family]?: Resources };

/**
 * Puts quantities into the shape of a container's `resources`, texts as they are.
 * @param valueOf the quantity of a key; empty when it is not set
 * @param isOverwritten whether the job's variable set it
 */
export function containerResources(
  valueOf: (key: QuantityKey) => string,
  isOverwritten: (key: QuantityKey) => boolean = () => false,
): ContainerResources {
  const byFamily: Partial<Record<Family, { requirements: ResourceRequirements; causes: Map<string, Cause> }>> = {};
  for (const field of quantityFields) {
    const { key, family, list, resource } = field;
    const text = valueOf(key);
    if (text === '') continue;
    const { requirements, causes } = (byFamily[family] ??= { requirements: {}, causes: new Map() });
    (requirements[list] ??= {})[resource] = text;
    causes.set(`resources.${list}.${resource}`, causeOf(field, isOverwritten(key)));
  }
  return byFamily;
}

function causeOf({ key, variable }: QuantityField, isOverwritten: boolean): Cause {
  return isOverwritten ? { variable } : { config: key };
}
