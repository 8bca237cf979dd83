import { jobLabel, lifeLabel, type Logger, type Pod } from '@podwright/core';
import { describe, expect, it, vi } from 'vitest';
import { deadAfter } from './heartbeat.ts';
import type { RunningJob } from './running-job.ts';
import { Sweep } from './sweep.ts';
import { SweptRunner } from './swept-runner.ts';

/** A cluster of which nothing is known but its Pods, by namespace. */
class World {
  readonly pods = new Map<string, Pod[]>();
  readonly calls: string[] = [];
  readonly lines: string[] = [];
  readonly jobs = new Set<RunningJob>();
  swept = 0;
  failure: Error | undefined;
  onList: () => void = () => undefined;
  readonly sweep: Sweep;

  constructor() {
    const line = (fields: object, message: string): void =>
      void this.lines.push(`${message} ${JSON.stringify(fields)}`);
    const logger: Logger = { debug: line, info: line, warn: line, error: line, child: () => logger };
    this.sweep = new Sweep({
      systemId: 's_1',
      heartbeat: { life: 'mine', dead: async () => new Set(['dead']) },
      jobs: this.jobs,
      logger,
      onSwept: () => (this.swept += 1),
    });
  }

  runner(namespace: string, server = 'https://one'): SweptRunner {
    return new SweptRunner(
      {
        listPods: async (query) => {
          this.calls.push(`list ${query.namespace} ${Object.values(query.labels).join()}`);
          this.onList();
          if (this.failure) throw this.failure;
          return this.pods.get(query.namespace) ?? [];
        },
        deletePod: async (of, name) => {
          this.calls.push(`delete ${of}/${name}`);
          if (this.failure) throw this.failure;
        },
      },
      server,
      namespace,
    );
  }

  pod(namespace: string, name: string, life: string, job: number): void {
    const labels = { [lifeLabel]: life, [jobLabel]: String(job) };
    const creationTimestamp = new Date(Date.now() - 600_000).toISOString();
    const metadata = { name, namespace, uid: name, labels, creationTimestamp };
    this.pods.set(namespace, [...(this.pods.get(namespace) ?? []), { metadata }]);
  }
}

describe('the sweep', () => {
  it('removes what was left behind, and says so once for each Pod', async () => {
    const world = new World();
    world.sweep.add(world.runner('ci'));
    world.jobs.add({ id: 3 } as RunningJob);
    world.pod('ci', 'of-the-dead', 'dead', 1);
    world.pod('ci', 'of-another', 'living', 2);
    world.pod('ci', 'running', 'mine', 3);
    world.pod('ci', 'forgotten', 'mine', 4);
    await world.sweep.once();
    expect(world.calls).toEqual(['list ci podwright,s_1', 'delete ci/of-the-dead', 'delete ci/forgotten']);
    expect(world.swept).toBe(2);
    expect(world.lines).toEqual([
      'removed a Pod that was left behind {"job":"1","pod":"of-the-dead","namespace":"ci","seconds":600}',
      'removed a Pod that was left behind {"job":"4","pod":"forgotten","namespace":"ci","seconds":600}',
    ]);
  });

  it('leaves the Pod of a job alone that begins or ends while it looks', async () => {
    const world = new World();
    world.sweep.add(world.runner('ci'));
    const ending = { id: 1 } as RunningJob;
    world.jobs.add(ending);
    world.pod('ci', 'ending', 'mine', 1);
    world.pod('ci', 'beginning', 'mine', 2);
    world.onList = () => {
      world.jobs.delete(ending);
      world.jobs.add({ id: 2 } as RunningJob);
    };
    await world.sweep.once();
    expect(world.swept).toBe(0);
  });

  it('lists each namespace once, however many runners share it, and asks the next one when one may not', async () => {
    const world = new World();
    const unable = world.runner('ci');
    const refused = { ...unable.cluster, listPods: async () => Promise.reject(new Error('forbidden')) };
    world.sweep.add(new SweptRunner(refused, 'https://one', 'ci'));
    world.sweep.add(world.runner('ci'));
    world.sweep.add(world.runner('ci'));
    world.sweep.add(world.runner('ci', 'https://two'));
    const leave = world.sweep.add(world.runner('gone'));
    leave();
    await world.sweep.once();
    expect(world.calls).toEqual(['list ci podwright,s_1', 'list ci podwright,s_1']);
    expect(world.lines).toEqual([]);
  });

  it('looks into namespaces of jobs until nothing is there', async () => {
    const world = new World();
    const runner = world.runner('ci');
    world.sweep.add(runner);
    runner.enter('of-a-job');
    world.pod('of-a-job', 'forgotten', 'mine', 4);
    await world.sweep.once();
    expect(world.calls).toContain('delete of-a-job/forgotten');
    expect(runner.namespaces).toEqual(['ci', 'of-a-job']);
    world.pods.clear();
    world.onList = () => runner.enter('of-another-job');
    await world.sweep.once();
    expect(runner.namespaces).toEqual(['ci', 'of-another-job']);
  });

  it('says once that it cannot look, and again after it could', async () => {
    const world = new World();
    world.sweep.add(world.runner('ci'));
    world.failure = new Error('forbidden');
    await world.sweep.once();
    await world.sweep.once();
    expect(world.lines).toEqual([
      'Pods that were left behind cannot be looked for {"namespace":"ci","error":"forbidden"}',
    ]);
    world.failure = undefined;
    await world.sweep.once();
    world.failure = new Error('forbidden');
    await world.sweep.once();
    expect(world.lines).toHaveLength(2);
  });

  it('comes a minute after something was left behind', async () => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(0);
    try {
      const world = new World();
      world.sweep.add(world.runner('ci'));
      world.sweep.begin();
      await vi.advanceTimersByTimeAsync(deadAfter * 1.1);
      expect(world.calls).toHaveLength(2);
      world.sweep.hurry();
      await vi.advanceTimersByTimeAsync(59_999);
      expect(world.calls).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(1);
      expect(world.calls).toHaveLength(3);
      await vi.advanceTimersByTimeAsync(299_999);
      expect(world.calls).toHaveLength(3);
      world.onList = () => world.sweep.hurry();
      await vi.advanceTimersByTimeAsync(1);
      expect(world.calls).toHaveLength(4);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(world.calls).toHaveLength(5);
      await world.sweep.end();
    } finally {
      vi.useRealTimers();
      vi.restoreAllMocks();
    }
  });

  it('ends at once', async () => {
    const world = new World();
    world.sweep.add(world.runner('ci'));
    world.sweep.begin();
    await expect.poll(() => world.calls).toHaveLength(1);
    await world.sweep.end();
    expect(world.calls).toHaveLength(1);
  });
});
