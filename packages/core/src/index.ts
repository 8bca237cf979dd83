export type {
  Affinity,
  Capabilities,
  Container,
  ContainerState,
  ContainerStatus,
  EnvVar,
  HostAlias,
  LocalObjectReference,
  ObjectMeta,
  OwnerReference,
  Pod,
  PodCondition,
  PodSecurityContext,
  PodSpec,
  ResourceRequirements,
  Secret,
  SecurityContext,
  Service,
  Status,
  Toleration,
  Volume,
  VolumeMount,
} from './kubernetes.ts';
export {
  failureReasons,
  isSystemFailure,
  type FailureReason,
  type JobFailure,
  type JobResult,
  type JobSuccess,
} from './failure.ts';
export {
  ClusterApiError,
  ConfigError,
  ConnectionLostError,
  JobFailedError,
  JobRejectedError,
  PluginError,
  PluginLoadError,
  PodFieldConflictError,
  PodwrightError,
  formatProblem,
  messageOf,
  type Problem,
} from './errors.ts';
export { createHooks, type ExecutorHooks, type JobEvent, type RequestDecision, type RetryDecision } from './hooks.ts';
export {
  definePlugin,
  type ConfigNotice,
  type NoticeContext,
  type Plugin,
  type PluginDefinition,
  type PluginSetup,
  type PluginVariable,
  type RbacRule,
} from './plugin.ts';
export {
  isStep,
  needsStep,
  type Plan,
  type Stage,
  type StageCondition,
  type StageContainer,
  type Strategy,
} from './plan.ts';
export type {
  CacheStore,
  CacheUrls,
  CacheUrlsRequest,
  Cluster,
  ExecOptions,
  ExecTarget,
  Logger,
  PlanRequest,
  PodListener,
  PodWarning,
  PodWatch,
  Shell,
  StageAttempt,
  TraceSink,
} from './ports.ts';
export type {
  Author,
  BuiltPod,
  ContainerDeclaration,
  ContainerDraft,
  ContainerRole,
  FieldAuthor,
  PodDraft,
  SecretDraft,
  ServiceDraft,
} from './pod/draft.ts';
export type { Cause, Explained, FieldCauses } from './pod/cause.ts';
export { explainedFields, type ExplainedField } from './pod/explain.ts';
export { configJsonSchema } from './config/json-schema.ts';
export { compilePattern, overwritePattern, patternNotices, type OverwriteMatch } from './overwrite-pattern.ts';
export { readOverwrite, shortened, shownText, shownValue, type Overwrite } from './job/overwrite.ts';
export { isWrittenImage, notAnImage } from './image-reference.ts';
export { repositoryOf } from './repository-of.ts';
export { hostNameRule, isDnsLabel, isDnsSubdomain, isLabelName } from './names-of-kubernetes.ts';
export type { PodProblem } from './pod/problem.ts';
export { stateKey, type JobContext, type JobLog, type StateKey } from './job/context.ts';
export { podPaths, type JobPaths } from './job/paths.ts';
export {
  parseJobPayload,
  type JobArtifact,
  type JobCache,
  type JobCredential,
  type JobDependency,
  type JobImage,
  type JobPayload,
  type JobStep,
} from './job/payload.ts';
export { goBool } from './job/go-bool.ts';
export { featureFlag, helperFlags } from './feature-flags/feature-flag.ts';
export type { FeatureFlagName } from './feature-flags/flags.ts';
export { featureFlagTable, otherFlagTable } from './feature-flags/tables.ts';
export type { Variable } from './job/variable.ts';
export { Variables } from './job/variables.ts';
export { expand } from './job/expand.ts';
export { jobTimeoutSeconds } from './job/timeout.ts';
export {
  parseEvent,
  type FinishedEvent,
  type PodEvent,
  type StageFinishedEvent,
  type StageStartedEvent,
  type StageStop,
  type StartedEvent,
} from './life/events.ts';
export {
  executorConfigSchema,
  globalConfigSchema,
  runnerConfigSchema,
  type Config,
  type ExecutorConfig,
  type RunnerConfig,
} from './config/runner-config.ts';
export { checkedText, notAText, textRule, type TextRule } from './config/checked-text.ts';
export { isUnset } from './config/is-unset.ts';
export { addRunner, removeRunners, runnersOf } from './config/edit-runners.ts';
export { isTomlTable, type TomlTable } from './config/write-toml.ts';
export { joinPath, toProblems, unknownKey } from './config/problems.ts';
export {
  defaultRunnerConfig,
  loadConfig,
  type ConfigOwner,
  type ConfigOwners,
  type LoadedConfig,
} from './config/load.ts';
export { inspectConfig, loadPodwrightTable, type InspectOptions, type InspectedConfig } from './config/inspect.ts';
export type { InspectedRunner } from './config/inspect-runner.ts';
export { checkPlugins, examinePlugins, type ExaminedPlugins, type PluginSource } from './load-plugins.ts';
export { Executor, type BuildOptions, type ExecutorOptions } from './executor.ts';
export type { TapTiming } from './guard.ts';
export { assembleVariables, type JobSlot, type RunnerFacts, type ServerTls } from './job/assemble-variables.ts';
export type { JobContextOptions, JobUnderWay } from './job/job-under-way.ts';
export { podName, shortToken, uniqueName } from './job/names.ts';
export { jobLabel, lifeLabel, managedByLabel, managerLabel, podLabel, type RunnerManager } from './pod/labels.ts';
export { freezeDeep } from './freeze.ts';
export { version } from './version.ts';
export { runJob, type RunJobDeps, type RunJobRequest } from './life/run-job.ts';
export { markerEnd, markerStart } from './life/events.ts';
export { JobTrace, type JobTraceOptions } from './life/trace.ts';
export { TextMask } from './life/text-mask.ts';
