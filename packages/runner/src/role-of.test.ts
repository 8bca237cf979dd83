import { clusterRbac } from '@podwright/cluster';
import { expect, it } from 'vitest';
import { roleOf } from './role-of.ts';

it('permits what any rule asks for, once for each resource', () => {
  const { rules } = roleOf([
    { apiGroup: '', resource: 'secrets', verbs: ['get'] },
    { apiGroup: 'apps', resource: 'deployments', verbs: ['list'] },
    { apiGroup: '', resource: 'pods/exec', verbs: ['create'] },
    { apiGroup: '', resource: 'secrets', verbs: ['create', 'get'] },
  ]);
  expect(rules).toEqual([
    { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'get'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
  ]);
});

it('has all that podwright itself needs', () => {
  const { rules } = roleOf(clusterRbac);
  for (const { apiGroup, resource, verbs } of clusterRbac) {
    const rule = rules.find((one) => one.apiGroups[0] === apiGroup && one.resources[0] === resource);
    expect(rule?.verbs).toEqual([...verbs].toSorted());
  }
});
