import { describe, expect, it } from 'vitest';
import { ClusterApiError, ConnectionLostError } from '../errors.ts';
import type { Plan } from '../plan.ts';
import type { Cluster, ExecOptions, ExecTarget, Shell, StageAttempt } from '../ports.ts';
import { fakeStage, paths, silentLogger } from '../test-kit/fakes.ts';
import { markerEnd, markerStart, type PodEvent } from './events.ts';
import { StageRunner } from './stage-runner.ts';
import { JobTrace } from './trace.ts';

const stage = fakeStage('get_sources', { title: 'Getting source', container: 'helper', attempts: 2 });
const plan: Plan = {
  nonce: 'n',
  strategy: 'exec',
  timeoutSeconds: 60,
  stages: [stage, fakeStage('step_script', { title: 'Script' })],
};

/** What one exec does. @returns its exit code */
type Program = (exec: Exec) => Promise<number> | number;

/** One exec of a stage, from inside. */
class Exec {
  constructor(
    readonly run: StageAttempt,
    private readonly options: ExecOptions,
    private readonly name: string,
  ) {}

  async print(text: string): Promise<void> {
    await this.options.onStdout?.(Buffer.from(text));
  }

  async tell(text: string): Promise<void> {
    await this.options.onStderr?.(Buffer.from(text));
  }

  line(event: Partial<PodEvent>): string {
    const { attempt } = this.run;
    return JSON.stringify({ nonce: 'n', time: 1, offset: 0, stage: this.name, attempt, ...event });
  }

  async started(): Promise<void> {
    const line = this.line({ event: 'stage_started' });
    await this.tell(`${line}\n`);
    await this.print(markerStart('n') + line + markerEnd);
  }

  /** Tells the end and waits for the answer. */
  async finished(code: number): Promise<number> {
    const line = this.line({ event: 'stage_finished', exit_code: code });
    await this.print(markerStart('n') + line + markerEnd);
    await this.tell(`${line}\n`);
    await this.options.stdin;
    return code;
  }
}

/** A program that prints and ends. */
function ending(code: number, output = ''): Program {
  return async (exec) => {
    await exec.started();
    await exec.print(output);
    return exec.finished(code);
  };
}

function walk(programs: readonly Program[], isUp = true) {
  const chunks: Uint8Array[] = [];
  const execs: string[] = [];
  const events: string[] = [];
  const cancel = new AbortController();
  const trace = new JobTrace({
    sink: { write: (chunk) => void chunks.push(chunk) },
    secrets: [],
    sections: false,
    times: false,
    now: () => 0,
  });
  let run: StageAttempt | undefined;
  const shell = { stageCommand: (_: unknown, attempt: StageAttempt) => ((run = attempt), ['stage']) };
  const cluster = {
    async exec({ container }: ExecTarget, _: readonly string[], options: ExecOptions): Promise<number> {
      const { number, attempt, status, begun } = run!;
      execs.push(`${container} ${number} ${attempt} ${status} ${begun}`);
      const program = programs[execs.length - 1];
      if (program === undefined) throw new Error('one exec too many');
      return program(new Exec(run!, options, plan.stages[number - 1]!.name));
    },
  };
  trace.begin(plan);
  const runner = new StageRunner({
    cluster: cluster as Partial<Cluster> as Cluster,
    shell: shell as Partial<Shell> as Shell,
    trace,
    logger: silentLogger,
    plan,
    paths,
    target: { namespace: 'ci', pod: 'p', container: 'helper' },
    cancel: cancel.signal,
    isUp: () => isUp,
    onEvent: (event) => void events.push(event.event),
  });
  runner.poke();
  return { runner, cancel, execs, events, text: () => Buffer.concat(chunks).toString() };
}

const lost: Program = () => {
  throw new ConnectionLostError('cut');
};
const absent: Program = () => {
  throw new ClusterApiError('container not found', 500, 'InternalError');
};

describe('the exec strategy', () => {
  it('runs one stage after the other, each in its container, and shows what they print', async () => {
    const { runner, execs, events, text } = walk([ending(0, 'one\n'), ending(0, 'two\n')]);
    expect(await runner.end).toMatchObject({ exit_code: 0 });
    expect(execs).toEqual(['helper 1 1 running false', 'build 2 1 running true']);
    const both = ['started', 'stage_started', 'stage_finished'];
    expect(events).toEqual([...both, ...both, 'finished']);
    expect(text()).toMatch(/Getting source[^]*one\n[^]*Script[^]*two\n/);
  });

  it('tries a stage as often as it may be tried', async () => {
    const { runner, execs } = walk([ending(1), ending(2)]);
    expect(await runner.end).toMatchObject({ exit_code: 2, stage: 'get_sources' });
    expect(execs).toEqual(['helper 1 1 running false', 'helper 1 2 running false']);
  });

  it('waits for a container, however long it is absent', async () => {
    const { runner, execs } = walk([ending(0), ...Array.from({ length: 6 }, () => absent), ending(0)], false);
    expect(await runner.end).toMatchObject({ exit_code: 0 });
    expect(execs.slice(1)).toEqual(Array.from({ length: 7 }, () => 'build 2 1 running true'));
  });

  it('asks again when the connection broke before anything was heard', async () => {
    const { runner, execs } = walk([lost, ending(0), ending(0)]);
    runner.poke();
    expect(await runner.end).toMatchObject({ exit_code: 0 });
    expect(execs).toHaveLength(3);
  });

  it.concurrent.each<[string, Program, string]>([
    [
      'the connection breaks under a stage',
      async (exec) => {
        await exec.started();
        throw new ConnectionLostError('cut');
      },
      'stage get_sources: cut',
    ],
    [
      'the exec ends well without a record',
      async (exec) => {
        await exec.started();
        return 0;
      },
      'stage get_sources: ended with exit code 0 and no record',
    ],
    [
      'the record says something else than the status',
      async (exec) => {
        await exec.started();
        await exec.finished(1);
        return 0;
      },
      'stage get_sources: ended with exit code 0 and no record',
    ],
    [
      'the end of the log is missing',
      async (exec) => {
        await exec.started();
        await exec.tell(`${exec.line({ event: 'stage_finished', exit_code: 0 })}\n`);
        return 0;
      },
      'stage get_sources: a part of its log is lost',
    ],
    [
      'the stage had been begun before',
      async (exec) => {
        await exec.tell('podwright supervisor: attempt 1 was begun already\n');
        return 1;
      },
      'ended with exit code 1 and no record: podwright supervisor: attempt 1 was begun already',
    ],
    ['the container that runs refuses again and again', absent, 'stage get_sources: container not found'],
  ])('fails when %s', async (_, program, message) => {
    const { runner } = walk(Array.from({ length: 5 }, () => program));
    for (let i = 0; i < 5; i += 1) setTimeout(() => runner.poke(), i * 20);
    await expect(runner.end).rejects.toMatchObject({
      failure: { reason: 'runner_system_failure', message: expect.stringContaining(message) },
    });
  });

  it('says which right is missing', async () => {
    const { runner } = walk([
      () => {
        throw new ClusterApiError('forbidden', 403, 'Forbidden');
      },
    ]);
    await expect(runner.end).rejects.toMatchObject({ failure: { hint: expect.stringContaining('pods/exec') } });
  });

  it('leaves out what is not due any more while a container is absent', async () => {
    const { runner, cancel } = walk([ending(0), absent, absent], false);
    setTimeout(() => cancel.abort(), 20);
    expect(await runner.end).toMatchObject({ exit_code: 143, stopped: 'canceled' });
  });
});
