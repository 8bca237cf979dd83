import type { ConfigNotice } from '../plugin.ts';
import type { RunnerConfig } from './runner-config.ts';

/** What the administrator should know about core's own keys of a runner; paths are those of `[[runners]]`. */
export function runnerNotices({ executorConfig, feature_flags }: RunnerConfig): ConfigNotice[] {
  const flags = Object.keys(feature_flags).map((flag) => ({
    path: `feature_flags.${flag}`,
    message: 'has no effect: podwright knows no such feature flag',
  }));
  if (executorConfig.poll_interval === 0) return flags;
  const message = 'has no effect: podwright watches its Pods and does not poll';
  return [...flags, { path: 'kubernetes.poll_interval', message }];
}
