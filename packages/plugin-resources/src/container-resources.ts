import type { ResourceRequirements } from '@podwright/core';
import { quantityFields, type Family, type QuantityKey } from './quantity-fields.ts';

/** The resources of the containers of a Pod, by family; a family without any is absent. */
export type ContainerResources = { readonly [F in Family]?: ResourceRequirements };

/**
 * Puts quantities into the shape of a container's `resources`, texts as they are.
 * @param valueOf the quantity of a key; empty when it is not set
 */
export function containerResources(valueOf: (key: QuantityKey) => string): ContainerResources {
  const byFamily: Partial<Record<Family, ResourceRequirements>> = {};
  for (const { key, family, list, resource } of quantityFields) {
    const text = valueOf(key);
    if (text === '') continue;
    const resources = (byFamily[family] ??= {});
    (resources[list] ??= {})[resource] = text;
  }
  return byFamily;
}
