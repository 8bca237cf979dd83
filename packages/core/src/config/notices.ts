import type { Problem } from '../errors.ts';
import type { ConfigNotice } from '../plugin.ts';
import type { ConfigOwner } from './load.ts';
import type { Config, RunnerConfig } from './runner-config.ts';

/** What the administrator should know about a valid configuration. */
export function noticesOf({ runners, podwright }: Config, owners: readonly ConfigOwner[]): Problem[] {
  const context = { overwriteMatch: podwright.overwrite_match };
  return runners.flatMap((runner, i) => {
    const own = runnerNotices(runner).map((notice) => ({ ...notice, path: `runners[${i}].${notice.path}` }));
    const others = owners.flatMap((owner) =>
      (owner.notices?.(runner.kubernetes.get(owner.name), context) ?? []).map((notice) => ({
        ...notice,
        path: `runners[${i}].kubernetes.${notice.path}`,
        plugin: owner.name,
      })),
    );
    return [...own, ...others].map((notice) => ({ ...notice, kind: 'notice' as const }));
  });
}

/** What is only known to core; paths are those of `[[runners]]`. */
function runnerNotices({ executorConfig, feature_flags }: RunnerConfig): ConfigNotice[] {
  const flags = Object.keys(feature_flags).map((flag) => ({
    path: `feature_flags.${flag}`,
    message: 'has no effect: podwright knows no such feature flag',
  }));
  if (executorConfig.poll_interval === 0) return flags;
  const message = 'has no effect: podwright watches its Pods and does not poll';
  return [...flags, { path: 'kubernetes.poll_interval', message }];
}
