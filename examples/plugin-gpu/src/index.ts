export { gpuPlugin } from './plugin.ts';
