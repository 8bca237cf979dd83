import type { Readable } from 'node:stream';
import type { ProcessStreams } from '../node.ts';
import type { ContainerLog } from './container-log.ts';
import { ContainerProblem } from './container-problem.ts';
import { startProblem } from './find-program.ts';
import type { ContainerPids, ContainerPlan, Launcher } from './launcher.ts';
import type { PipeMaker } from './pipe-maker.ts';
import { killGroup, signalProcess, spawnChild, type Child } from './spawn-child.ts';
import { writeThrough, writeTo } from './write-through.ts';

export interface ContainerProcessDeps {
  readonly launcher: Launcher;
  readonly pipes: PipeMaker;
}

/** The longest report of a start that failed, in bytes. */
const longestReport = 8192;

/** A container that was started: its main process, and the programs that were run in it since. */
export class ContainerProcess {
  /** Resolves to the exit code, once all output is in the log. Never rejects. */
  readonly exited: Promise<number>;
  readonly #execs = new Set<number>();

  private constructor(
    private readonly deps: ContainerProcessDeps,
    private readonly plan: ContainerPlan,
    private readonly log: ContainerLog,
    private readonly child: Child,
    private readonly pids: ContainerPids,
    drained: Promise<unknown>,
  ) {
    this.exited = this.#end(drained);
  }

  /**
   * Starts a container; resolves when its program runs.
   * @throws ContainerProblem when it cannot be started; nothing of it is left then
   */
  static async start(deps: ContainerProcessDeps, plan: ContainerPlan, log: ContainerLog): Promise<ContainerProcess> {
    const launch = deps.launcher.launch(plan);
    let child: Child;
    try {
      child = await spawnChild(launch, deps.pipes, plan.stdin !== 'none');
    } catch (error) {
      deps.launcher.release(plan);
      throw error;
    }
    const drained = Promise.all([logAll(child.stdout, 'stdout', log), logAll(child.stderr, 'stderr', log)]);
    const report =
      launch.control === 'report' && child.control ? await readReport(child.control) : [String(child.pid), 'started'];
    const [pid = '', verdict, ...detail] = report;
    const started = new ContainerProcess(deps, plan, log, child, { spawned: child.pid, main: Number(pid) }, drained);
    if (verdict === 'started') return started;
    await started.exited;
    throw startFailure(plan, child.complaints(), verdict, detail);
  }

  /** Sends a signal to the main process; `SIGKILL` ends everything in the container. */
  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL') this.#killRest();
    signalProcess(this.pids.main, signal);
  }

  /** See `Node.exec`. @throws the signal's reason when it aborts */
  async exec(command: readonly string[], streams: ProcessStreams, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const launch = this.deps.launcher.execLaunch(this.plan, this.pids, command);
    const child = await spawnChild(launch, this.deps.pipes, streams.stdin !== undefined);
    const kill = (): void => killGroup(child.pid);
    this.#execs.add(child.pid);
    signal.addEventListener('abort', kill);
    if (signal.aborted) kill();
    feed(streams.stdin, child, true);
    const outputs = [
      writeThrough(child.stdout, streams.stdout, signal),
      // A terminal has one stream.
      writeThrough(child.stderr, streams.tty ? streams.stdout : streams.stderr, signal),
    ];
    const code = await child.exited;
    signal.removeEventListener('abort', kill);
    this.#execs.delete(child.pid);
    if (launch.control === 'watch') killGroup(child.pid);
    await Promise.all(outputs);
    signal.throwIfAborted();
    return code;
  }

  /** See `Node.attach`. What was written before is in the log and not repeated. @throws the signal's reason */
  async attach(streams: ProcessStreams, signal: AbortSignal): Promise<number> {
    feed(streams.stdin, this.child, this.plan.stdin === 'once');
    for await (const { stream, data } of this.log.read(this.log.length, true, signal)) {
      const target = stream === 'stdout' || streams.tty ? streams.stdout : streams.stderr;
      await writeTo(target, data, signal);
    }
    signal.throwIfAborted();
    return this.exited;
  }

  async #end(drained: Promise<unknown>): Promise<number> {
    const code = await this.child.exited;
    this.#killRest();
    await drained;
    this.log.end();
    this.deps.launcher.release(this.plan);
    return code;
  }

  #killRest(): void {
    this.deps.launcher.killRest(this.plan, [this.child.pid, ...this.#execs]);
  }
}

async function logAll(source: Readable, stream: 'stdout' | 'stderr', log: ContainerLog): Promise<void> {
  for await (const chunk of source) log.append(stream, chunk as Buffer);
}

async function readReport(control: Readable): Promise<string[]> {
  let text = '';
  for await (const chunk of control) {
    text = (text + String(chunk)).slice(0, longestReport);
    if (text.endsWith('\nstarted\n')) break;
  }
  return text.split('\n').filter((line) => line !== '');
}

function startFailure(
  plan: ContainerPlan,
  complaints: string,
  verdict: string | undefined,
  detail: readonly string[],
): ContainerProblem {
  const [program = ''] = plan.argv;
  switch (verdict) {
    case undefined:
      return new ContainerProblem('CreateContainerError', `cannot make namespaces: ${complaints.trim()}`);
    case 'mount':
      return new ContainerProblem('CreateContainerError', `cannot make the root file system: ${detail.join('; ')}`);
    case 'directory':
      return new ContainerProblem('StartError', `cannot change to the working directory ${plan.workingDir}`);
    default:
      return startProblem(program, verdict);
  }
}

function feed(stdin: Readable | undefined, child: Child, end: boolean): void {
  if (!stdin || !child.stdin) return;
  stdin.pipe(child.stdin, { end });
  child.stdin.once('close', () => stdin.unpipe());
}
