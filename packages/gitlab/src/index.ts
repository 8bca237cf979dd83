export {
  Coordinator,
  type CoordinatorOptions,
  type JobAnswer,
  type JobNews,
  type JobRequest,
  type JobUpdate,
  type TraceDigest,
} from './coordinator.ts';
export { CoordinatorError, CoordinatorUnreachableError, JobGoneError, RunnerRefusedError } from './errors.ts';
export type { HandedJob, JobRef } from './handed-job.ts';
export { type Cancel, JobTraceSender, type JobTraceSenderDeps } from './job-trace-sender.ts';
export { register, type Registration } from './register.ts';
export type { RunnerInfo } from './runner-info.ts';
export { type CoordinatorTiming, defaultTiming } from './timing.ts';
export { defaultTraceSettings, type TraceSettings } from './trace-settings.ts';
export type { GitLabConnection } from './transport.ts';
