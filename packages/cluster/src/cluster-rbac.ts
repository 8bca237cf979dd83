import type { RbacRule } from '@podwright/core';

/** What podwright itself does in each namespace that jobs run in. */
export const clusterRbac: readonly RbacRule[] = Object.freeze([
  // get: to read back a Pod when the answer to its creation was lost. list, delete: also for the sweep of the daemon.
  { apiGroup: '', resource: 'pods', verbs: ['create', 'delete', 'get', 'list', 'watch'] },
  // Opening a WebSocket is a get; Kubernetes 1.35 and later ask for create as well.
  { apiGroup: '', resource: 'pods/exec', verbs: ['create', 'get'] },
  // get: to read back a Secret when the answer to its creation was lost.
  { apiGroup: '', resource: 'secrets', verbs: ['create', 'get'] },
  // list: the warnings of a Pod that failed. watch: those of one that waits, and to read along as soon as a container
  // starts; without it that takes up to a second longer.
  { apiGroup: '', resource: 'events', verbs: ['list', 'watch'] },
]);
