/** On every Pod of podwright; the shared watch selects by it. */
export const managedByLabel = { 'app.kubernetes.io/managed-by': 'podwright' } as const;

/** Has the Pod's own name as its value, so that a Service finds this Pod and no other. */
export const podLabel = 'app.kubernetes.io/instance';
