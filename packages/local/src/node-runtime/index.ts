export { type HostProcessNode, hostProcessNode, type HostProcessNodeOptions } from './host-process-node.ts';
