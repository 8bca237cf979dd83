export { hostProcessNode, type HostProcessNode, type HostProcessNodeOptions } from './host-process-node.ts';
