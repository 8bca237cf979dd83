import type { Cause, Explained, ResourceRequirements } from '@podwright/core';
import { quantityFields, type Family, type QuantityField, type QuantityKey } from './quantity-fields.ts';

/** The resources of the containers of a Pod, by family; a family without any is absent. */
export type ContainerResources = { readonly [F in Family]?: Explained<ResourceRequirements> };

/**
 * Puts quantities into the shape of a container's `resources`, texts as they are.
 * @param valueOf the quantity of a key; empty when it is not set
 * @param isOverwritten whether the job's variable set it
 */
export function containerResources(
  valueOf: (key: QuantityKey) => string,
  isOverwritten: (key: QuantityKey) => boolean = () => false,
): ContainerResources {
  const byFamily: Partial<Record<Family, { value: ResourceRequirements; causes: Map<string, Cause> }>> = {};
  for (const field of quantityFields) {
    const { key, family, list, resource } = field;
    const text = valueOf(key);
    if (text === '') continue;
    const { value, causes } = (byFamily[family] ??= { value: {}, causes: new Map() });
    (value[list] ??= {})[resource] = text;
    causes.set(`resources.${list}.${resource}`, causeOf(field, isOverwritten(key)));
  }
  return byFamily;
}

function causeOf({ key, variable }: QuantityField, isOverwritten: boolean): Cause {
  return isOverwritten ? { variable } : { config: key };
}
