/** How the containers of a local job are run: `auto` takes namespaces where the host allows them. */
export const localModes = ['auto', 'namespaces', 'processes'] as const;

export type LocalMode = (typeof localModes)[number];
