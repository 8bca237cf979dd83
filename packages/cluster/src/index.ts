export type { Access } from './access.ts';
export { clusterRbac } from './cluster-rbac.ts';
export type { Connection } from './connection.ts';
export { connectionConfigSchema, type ConnectionConfig } from './connection-config.ts';
export { createCluster, type ClusterOptions, type ConnectedCluster } from './create-cluster.ts';
export type { Credentials } from './credentials.ts';
export { loadConnection, type LoadConnectionOptions } from './load-connection.ts';
export type { RequestInfo } from './request-info.ts';
export { defaultTiming, type ClusterTiming } from './timing.ts';
