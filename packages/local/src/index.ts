export type { FaultAnswer, Faults, FaultScope, NodeFaults, RequestMatch } from './api/faults.ts';
export type { Verb } from './api/http/request-info.ts';
export type { RequestCounter } from './api/request-counter.ts';
export { startEmbeddedCluster, type EmbeddedCluster, type EmbeddedClusterOptions } from './embedded-cluster.ts';
export type { ContainerTarget, LogOptions, Node, NodeApi, ProcessStreams } from './node.ts';
export { hostProcessNode, type HostProcessNode, type HostProcessNodeOptions } from './node-runtime/index.ts';
export { trivialNode, type TrivialNode, type TrivialNodeOptions } from './trivial-node.ts';
