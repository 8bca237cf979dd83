// Without its search for modules in files, which loads a hundred of others'.
import { InjectionMode, asFunction, asValue, createContainer, type AwilixContainer } from 'awilix/browser';
import { createCacheStore, type CacheConfig } from '@podwright/cache';
import { createCluster, type ConnectedCluster, type Connection, type RequestInfo } from '@podwright/cluster';
import {
  Executor,
  type CacheStore,
  type Logger,
  type OverwriteMatch,
  type Plugin,
  type RunnerConfig,
  type RunnerFacts,
  type ServerTls,
  type Shell,
} from '@podwright/core';
import { createShell } from '@podwright/shell';
import { goPlatform } from './go-platform.ts';
import { version } from './version.ts';

/** What is known before anything is made. */
export interface Settings {
  readonly runner: RunnerConfig;
  readonly plugins: readonly Plugin[];
  readonly disabled: readonly Plugin[];
  readonly overwriteMatch: OverwriteMatch;
  readonly logger: Logger;
  /** With which GitLab is spoken to; jobs speak to it with the same. */
  readonly serverTls?: ServerTls;
  /** Absolute; paths in the configuration are relative to it. */
  readonly directory: string;
}

/** What a job is run with. */
export interface Services extends Settings {
  readonly facts: RunnerFacts;
  readonly shell: Shell;
  /** Of the runner's distributed caches; without one they are local. */
  readonly cacheStore: CacheStore | undefined;
  readonly executor: Executor;
}

/** Services with a cluster. */
export interface ConnectedServices extends Services {
  readonly connection: Connection;
  readonly cluster: ConnectedCluster;
}

/** The composition root for what needs no cluster, such as building a Pod. */
export function createServices(settings: Settings): AwilixContainer<Services> {
  const { platform, architecture } = goPlatform();
  return createContainer<Services>({ injectionMode: InjectionMode.PROXY, strict: true }).register({
    runner: asValue(settings.runner),
    plugins: asValue(settings.plugins),
    disabled: asValue(settings.disabled),
    overwriteMatch: asValue(settings.overwriteMatch),
    logger: asValue(settings.logger),
    directory: asValue(settings.directory),
    facts: asValue<RunnerFacts>({
      version,
      revision: 'HEAD',
      architecture: `${platform}/${architecture}`,
      ...(settings.serverTls !== undefined && { serverTls: settings.serverTls }),
    }),
    shell: asFunction(createShell).singleton(),
    cacheStore: asFunction(({ directory, runner }: Services) =>
      createCacheStore(runner.cache as CacheConfig, { token: runner.token, directory }),
    ).singleton(),
    executor: asFunction((deps: Services) => new Executor(deps)).singleton(),
  });
}

/** The composition root for running jobs. `dispose` closes the connections. */
export function createConnectedServices(
  settings: Settings & { readonly connection: Connection; readonly onRequest?: (info: RequestInfo) => void },
): AwilixContainer<ConnectedServices> {
  const container = createServices(settings) as AwilixContainer<ConnectedServices>;
  return container.register({
    connection: asValue(settings.connection),
    cluster: asFunction(({ connection }: ConnectedServices) =>
      createCluster(connection, settings.onRequest && { onRequest: settings.onRequest }),
    )
      .singleton()
      .disposer((cluster) => cluster.close()),
  });
}
