export { collectingLog, type CollectingLog } from './collecting-log.ts';
export { describePlugin, type DescribePluginOptions } from './describe-plugin.ts';
export { FakeCluster, type FakeClusterBehaviour, type FakeExec, type FakeRequest } from './fake-cluster.ts';
export { fakeJob, type FakeJob, type FakeJobOptions } from './fake-job.ts';
export { fakeLogger, type FakeLogger, type LoggedLine } from './fake-logger.ts';
export type { FakePod } from './fake-pod.ts';
export {
  pluginOptions,
  updateFlags,
  updateOptions,
  updateReadme,
  updateTable,
  type DocumentedFlag,
  type PluginOption,
} from './plugin-docs.ts';
export { buildPod, prepareJob, type PreparedJob, type PreparedJobOptions } from './prepared-job.ts';
