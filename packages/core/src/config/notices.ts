import type { Problem } from '../errors.ts';
import type { OverwriteMatch } from '../overwrite-pattern.ts';
import { flagNotice } from '../feature-flags/notices.ts';
import type { ConfigNotice } from '../plugin.ts';
import type { InspectedRunner } from './inspect-runner.ts';
import type { ConfigOwners } from './load.ts';
import { joinPath } from './problems.ts';
import type { ExecutorConfig, RunnerConfig } from './runner-config.ts';

/** What the administrator should know about a configuration, as far as it is valid. */
export function noticesOf(
  runners: readonly InspectedRunner[],
  overwriteMatch: OverwriteMatch,
  configOwners: ConfigOwners,
): Problem[] {
  const all = runners.flatMap((runner) => runnerNotices(runner, configOwners, overwriteMatch));
  const none = { path: '', message: 'there is no [[runners]]: no job will be run' };
  const found = [...(runners.length === 0 ? [none] : []), ...all, ...twins(runners)];
  return found.map((notice) => ({ ...notice, kind: 'notice' }));
}

function runnerNotices(
  { path, kubernetes, own }: InspectedRunner,
  { owners, cacheOwner }: ConfigOwners,
  overwriteMatch: OverwriteMatch,
): Omit<Problem, 'kind'>[] {
  const executorConfig = kubernetes.get('core') as ExecutorConfig | undefined;
  return [
    ...(own === undefined ? [] : below(path, ownNotices(own))),
    ...(own === undefined ? [] : below(`${path}.cache`, cacheOwner?.notices?.(own.cache, { overwriteMatch }) ?? [])),
    ...(executorConfig === undefined ? [] : below(`${path}.kubernetes`, executorNotices(executorConfig))),
    ...owners.flatMap((owner) => {
      const part = kubernetes.get(owner.name);
      const said = part === undefined ? [] : (owner.notices?.(part, { overwriteMatch }) ?? []);
      return below(`${path}.kubernetes`, said).map((notice) => ({ ...notice, plugin: owner.name }));
    }),
  ];
}

function below(base: string, notices: readonly ConfigNotice[]): ConfigNotice[] {
  return notices.map((notice) => ({ ...notice, path: `${base}.${notice.path}` }));
}

function ownNotices({ feature_flags }: Pick<RunnerConfig, 'feature_flags'>): ConfigNotice[] {
  return Object.entries(feature_flags).flatMap(([flag, value]) => {
    const message = flagNotice(flag, value);
    return message === undefined ? [] : [{ path: joinPath('feature_flags', [flag]), message }];
  });
}

function executorNotices({ poll_interval }: ExecutorConfig): ConfigNotice[] {
  if (poll_interval === 0) return [];
  return [{ path: 'poll_interval', message: 'has no effect: podwright watches its Pods and does not poll' }];
}

/** Runners that GitLab or `--runner` cannot tell apart. Tokens are not shown. */
function twins(runners: readonly InspectedRunner[]): ConfigNotice[] {
  return runners.flatMap(({ own, path }, i) => {
    const like = (key: 'name' | 'token') =>
      runners.slice(0, i).find((other) => own !== undefined && own[key] !== '' && other.own?.[key] === own[key]);
    const token = like('token');
    const name = like('name');
    return [
      ...(name
        ? [{ path: `${path}.name`, message: `is the name of ${name.path}, too: --runner cannot tell them apart` }]
        : []),
      ...(token
        ? [{ path: `${path}.token`, message: `is the token of ${token.path}, too: for GitLab they are one runner` }]
        : []),
    ];
  });
}
