import type { Config, Logger } from '@podwright/core';
import type { ConfiguredRunner } from './configured-runner.ts';
import { Places } from './places.ts';

/** A configuration in the form in which the daemon puts it to work. */
export interface DaemonConfig {
  readonly config: Pick<Config, 'concurrent' | 'check_interval' | 'shutdown_timeout'>;
  readonly runners: readonly PreparedRunner[];
}

/** One runner of it that can be started, or left out. */
interface PreparedRunner {
  /** Equal for two runners between which there is no difference. */
  readonly key: string;
  /** Connects; nothing is asked of anyone yet. @throws ConfigError */
  readonly connect: (shared: SharedByRunners) => Promise<ReadyRunner>;
}

export interface SharedByRunners {
  readonly common: Places;
  /** Milliseconds between two requests for jobs that brought nothing. */
  readonly interval: () => number;
}

/** Connected: begins to ask for jobs when told, or is dropped without a trace. */
export interface ReadyRunner {
  readonly start: () => ConfiguredRunner;
  readonly dispose: () => Promise<void>;
}

interface WorkingRunner {
  readonly key: string;
  readonly runner: ConfiguredRunner;
}

const defaultIntervalSeconds = 3;
const defaultShutdownSeconds = 30;

/** All runners of a configuration at work, and the change from one configuration to the next. */
export class Daemon implements SharedByRunners {
  readonly common = new Places(1);
  private current: DaemonConfig | undefined;
  private working: readonly WorkingRunner[] = [];
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
    const leaving = [...this.working];
    const added: PreparedRunner[] = [];
    for (const prepared of next.runners) {
      const at = leaving.findIndex(({ key }) => key === prepared.key);
      if (at === -1) added.push(prepared);
      else leaving.splice(at, 1);
    }
    const ready = await connectAll(added, this);
    this.current = next;
    this.common.setLimit(next.config.concurrent);
    for (const { runner } of leaving) this.retire(runner);
    const kept = this.working.filter((working) => !leaving.includes(working));
    this.working = [...kept, ...ready.map(({ key, start }) => ({ key, runner: start() }))];
    this.logger.info({ runners: this.working.length, concurrent: next.config.concurrent }, 'configuration loaded');
  }

  /** Asks for no more jobs; resolves once the running ones have ended. */
  async drain(): Promise<void> {
    for (const { runner } of this.working) this.retire(runner);
    this.working = [];
    await Promise.all(this.retiring.values());
  }

  /** Gives all running jobs up: their Pods are deleted, and GitLab is told. */
  interrupt(): void {
    for (const runner of [...this.working.map((working) => working.runner), ...this.retiring.keys()])
      runner.interrupt();
  }

  private retire(runner: ConfiguredRunner): void {
    const gone = runner.retire().finally(() => this.retiring.delete(runner));
    this.retiring.set(runner, gone);
  }
}

async function connectAll(
  runners: readonly PreparedRunner[],
  shared: SharedByRunners,
): Promise<(ReadyRunner & { readonly key: string })[]> {
  const results = await Promise.allSettled(
    runners.map(async ({ key, connect }) => ({ key, ...(await connect(shared)) })),
  );
  const ready = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return ready;
  await Promise.all(ready.map((runner) => runner.dispose()));
  throw failed.reason;
}
