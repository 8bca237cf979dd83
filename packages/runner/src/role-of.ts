import type { RbacRule } from '@podwright/core';

/** A Kubernetes Role, in the order in which people write it. */
export interface Role {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'Role';
  readonly metadata: { readonly name: string };
  readonly rules: readonly RoleRule[];
}

interface RoleRule {
  readonly apiGroups: readonly [string];
  readonly resources: readonly [string];
  readonly verbs: readonly string[];
}

/** A Role that permits what all these rules ask for: one rule for each resource, all in alphabetical order. */
export function roleOf(rules: readonly RbacRule[]): Role {
  const verbs = new Map<string, Set<string>>();
  for (const { apiGroup, resource, verbs: asked } of rules) {
    const key = `${apiGroup}/${resource}`;
    verbs.set(key, new Set([...(verbs.get(key) ?? []), ...asked]));
  }
  const sorted = [...verbs].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'podwright' },
    rules: sorted.map(([key, all]) => ruleOf(key, [...all].toSorted())),
  };
}

/** @param key API group, `/` and resource; a group has no `/`, a resource may */
function ruleOf(key: string, verbs: readonly string[]): RoleRule {
  const at = key.indexOf('/');
  return { apiGroups: [key.slice(0, at)], resources: [key.slice(at + 1)], verbs };
}
