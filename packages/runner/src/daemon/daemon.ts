import type { Config, Logger, RunnerConfig } from '@podwright/core';
import type { ConfiguredRunner } from './configured-runner.ts';
import { Places } from './places.ts';

/** A configuration in the form in which the daemon puts it to work. */
export interface DaemonConfig {
  readonly config: Pick<Config, 'concurrent' | 'check_interval' | 'shutdown_timeout'>;
  readonly runners: readonly PreparedRunner[];
}

/** One runner of it that can be started, or left out. */
export interface PreparedRunner {
  /** Equal for two runners between which there is no difference. */
  readonly key: string;
  readonly runner: RunnerConfig;
  /** Connects; nothing is asked of anyone yet. @throws ConfigError */
  connect(shared: SharedByRunners): Promise<ReadyRunner>;
}

export interface SharedByRunners {
  readonly common: Places;
  /** Milliseconds between two requests for jobs that brought nothing. */
  readonly interval: () => number;
}

/** Connected: begins to ask for jobs when told, or is dropped without a trace. */
export interface ReadyRunner {
  start(): ConfiguredRunner;
  dispose(): Promise<void>;
}

const defaultIntervalSeconds = 3;
const defaultShutdownSeconds = 30;

/** All runners of a configuration at work, and the change from one configuration to the next. */
export class Daemon implements SharedByRunners {
  readonly common = new Places(1);
  private current: DaemonConfig | undefined;
  private readonly working = new Map<string, ConfiguredRunner>();
  /** Runners that ask for no more jobs and have some that run. */
  private readonly retiring = new Map<ConfiguredRunner, Promise<void>>();

  constructor(private readonly logger: Logger) {}

  readonly interval = (): number => (this.current?.config.check_interval || defaultIntervalSeconds) * 1000;

  /** Milliseconds that running jobs get to be cleaned up at a shutdown. */
  get shutdownMilliseconds(): number {
    return (this.current?.config.shutdown_timeout || defaultShutdownSeconds) * 1000;
  }

  /**
   * Goes over to a configuration, all of it or nothing. Runners that did not change go on; jobs of those that did, or
   * that are gone, run to their end as they began.
   * @throws ConfigError when a new runner cannot be connected; the configuration is then as before
   */
  async apply(next: DaemonConfig): Promise<void> {
    const kept = new Set(next.runners.map(({ key }) => key));
    const added = next.runners.filter(({ key }) => !this.working.has(key));
    const ready = await connectAll(added, this);
    this.current = next;
    this.common.setLimit(next.config.concurrent);
    for (const [key, runner] of this.working) {
      if (kept.has(key)) continue;
      this.working.delete(key);
      this.retire(runner);
    }
    for (const [at, { key }] of added.entries()) {
      const runner = ready[at]?.start();
      if (runner !== undefined) this.working.set(key, runner);
    }
    this.logger.info({ runners: this.working.size, concurrent: next.config.concurrent }, 'configuration loaded');
  }

  /** Asks for no more jobs; resolves once the running ones have ended. */
  async drain(): Promise<void> {
    for (const runner of this.working.values()) this.retire(runner);
    this.working.clear();
    await Promise.all(this.retiring.values());
  }

  /** Gives all running jobs up: their Pods are deleted, and GitLab is told. */
  interrupt(): void {
    for (const runner of [...this.working.values(), ...this.retiring.keys()]) runner.interrupt();
  }

  private retire(runner: ConfiguredRunner): void {
    const gone = runner.retire().finally(() => this.retiring.delete(runner));
    this.retiring.set(runner, gone);
  }
}

async function connectAll(runners: readonly PreparedRunner[], shared: SharedByRunners): Promise<ReadyRunner[]> {
  const results = await Promise.allSettled(runners.map((runner) => runner.connect(shared)));
  const ready = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return ready;
  await Promise.all(ready.map((runner) => runner.dispose()));
  throw failed.reason;
}
