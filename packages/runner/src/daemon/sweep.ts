import type { ConnectedCluster } from '@podwright/cluster';
import {
  ConnectionLostError,
  jobLabel,
  managedByLabel,
  managerLabel,
  messageOf,
  type Logger,
  type Pod,
} from '@podwright/core';
import { Alarm } from '@podwright/gitlab';
import { deadAfter, type Heartbeat } from './heartbeat.ts';
import { ageOf, verdictOn, type SweepFacts } from './left-behind.ts';
import type { RunningJob } from './running-job.ts';
import type { SweptRunner } from './swept-runner.ts';

export interface SweepDeps {
  readonly systemId: string;
  readonly heartbeat: Pick<Heartbeat, 'life' | 'dead'>;
  /** Those that this daemon runs now. */
  readonly jobs: ReadonlySet<RunningJob>;
  readonly logger: Logger;
  /** Told of each Pod that was swept. */
  readonly onSwept: () => void;
}

/** One namespace of a cluster, and the runners that have to do with it. */
interface Place {
  readonly server: string;
  readonly namespace: string;
  readonly runners: readonly SweptRunner[];
}

type Cluster = Pick<ConnectedCluster, 'listPods' | 'deletePod'>;

/** Milliseconds between two sweeps; up to a quarter more, so that not all daemons come at once. */
const interval = 300_000;
/** Milliseconds until the next one when a cluster could not be reached, or a Pod of a job not be deleted. */
const retryInterval = 60_000;

/**
 * Removes the Pods that a daemon with this system id left behind, and with them their Secrets and Services. A sweep is
 * one list in each namespace, however many jobs and runners there are.
 */
export class Sweep {
  private readonly runners = new Set<SweptRunner>();
  private readonly stop = new AbortController();
  /** Of places and Pods that trouble was told of. */
  private readonly told = new Set<string>();
  private isCutOff = false;
  private readonly alarm = new Alarm();
  private isHurried = false;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly deps: SweepDeps) {}

  /** @returns takes it away again */
  add(runner: SweptRunner): () => void {
    this.runners.add(runner);
    return () => void this.runners.delete(runner);
  }

  /** Sweeps now; once more when a daemon that was killed just now counts as dead; then every few minutes. */
  begin(): void {
    this.sweeping = this.goOn([0, deadAfter * 1.1]);
  }

  /** There is something to remove: sweeps once its cluster had a moment to come back. */
  hurry(): void {
    if (this.isHurried) return;
    this.isHurried = true;
    this.alarm.ring();
  }

  async end(): Promise<void> {
    this.stop.abort(new Error('the sweep was ended'));
    this.alarm.ring();
    await this.sweeping;
  }

  /** One sweep of all namespaces. Never rejects. */
  async once(): Promise<void> {
    this.isCutOff = false;
    const servers = groupBy(this.places(), ({ server }) => server);
    await Promise.all(
      servers.map(async (places) => {
        for (const place of places) await this.sweepPlace(place);
      }),
    );
  }

  private async goOn(first: number[]): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      const next = this.isCutOff ? retryInterval : interval;
      const pause = first.shift() ?? next * (1 + Math.random() / 4);
      if (!this.isHurried) await this.alarm.wait(pause);
      if (this.isHurried && !signal.aborted) await this.alarm.wait(Math.min(pause, retryInterval));
      this.isHurried = false;
      if (!signal.aborted) await this.once();
    }
  }

  private places(): Place[] {
    const all = [...this.runners].flatMap((runner) =>
      runner.namespaces.map((namespace) => ({ runners: [runner], server: runner.server, namespace })),
    );
    return groupBy(all, nameOf).map(([first, ...others]) => ({
      ...first,
      runners: [...first.runners, ...others.flatMap(({ runners }) => runners)],
    }));
  }

  private async sweepPlace(place: Place): Promise<void> {
    // Known before the list: a job that ends meanwhile has removed its Pod itself.
    const before = this.jobIds();
    // Left before the list: a job that comes meanwhile enters again.
    for (const runner of place.runners) runner.leave(place.namespace);
    const found = await this.list(place);
    if (found?.pods.length !== 0) for (const runner of place.runners) runner.enter(place.namespace);
    if (found === undefined) return;
    const { heartbeat } = this.deps;
    const facts = {
      now: Date.now(),
      life: heartbeat.life,
      deadLives: await heartbeat.dead(),
      jobs: new Set([...before, ...this.jobIds()]),
    };
    for (const pod of found.pods) await this.judge(pod, facts, found.cluster);
  }

  /** With the rights of the first runner that has them. */
  private async list(place: Place): Promise<{ pods: Pod[]; cluster: Cluster } | undefined> {
    const { logger, systemId } = this.deps;
    const { namespace, runners } = place;
    const query = { namespace, labels: { ...managedByLabel, [managerLabel]: systemId } };
    let failure: unknown;
    for (const runner of runners) {
      const { cluster } = runner;
      try {
        const pods = await cluster.listPods(query, this.stop.signal);
        this.told.delete(nameOf(place));
        return { pods, cluster };
      } catch (error) {
        if (error instanceof ConnectionLostError) this.isCutOff = true;
        // One that has ended meanwhile closed its connections.
        if (this.runners.has(runner)) failure ??= error;
      }
    }
    if (failure !== undefined && this.isNew(nameOf(place))) {
      logger.warn({ namespace, error: messageOf(failure) }, 'Pods that were left behind cannot be looked for');
    }
    return undefined;
  }

  private async judge(pod: Pod, facts: SweepFacts, cluster: Cluster): Promise<void> {
    const { logger, onSwept } = this.deps;
    const { name = '', namespace = '', uid = '', labels = {} } = pod.metadata ?? {};
    const fields = { job: labels[jobLabel], pod: name, namespace, seconds: Math.round(ageOf(pod, facts.now) / 1000) };
    const verdict = verdictOn(pod, facts);
    if (verdict === 'stuck' && this.isNew(uid)) {
      logger.warn(fields, 'a deleted Pod does not go: see to its node, or remove it with kubectl delete --force');
    }
    if (verdict !== 'sweep') return;
    try {
      await cluster.deletePod(namespace, name, this.stop.signal);
      onSwept();
      logger.info(fields, 'removed a Pod that was left behind');
    } catch (error) {
      if (this.isNew(uid))
        logger.warn({ ...fields, error: messageOf(error) }, 'a Pod that was left behind stays there');
    }
  }

  private jobIds(): string[] {
    return [...this.deps.jobs].map(({ id }) => String(id));
  }

  /** Whether trouble was not told of yet. Nothing is said of what fails because this ends. */
  private isNew(what: string): boolean {
    if (this.stop.signal.aborted || this.told.has(what)) return false;
    this.told.add(what);
    return true;
  }
}

function nameOf({ server, namespace }: Pick<Place, 'server' | 'namespace'>): string {
  return `${server} ${namespace}`;
}

/** Those with the same key together, in the order of their first. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
