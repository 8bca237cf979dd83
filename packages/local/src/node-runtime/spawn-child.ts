import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fchownSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { ContainerProblem } from './container-problem.ts';
import type { Launch } from './launcher.ts';
import { OutputPipe } from './output-pipe.ts';
import type { PipeMaker } from './pipe-maker.ts';

const longestComplaint = 4096;

/** A spawned program, leader of a session and a process group of its own. */
export interface Child {
  readonly pid: number;
  readonly stdin: Writable | undefined;
  /** Both must be read. They end soon after the program, even when it left processes behind. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** File descriptor 3, see `Launch.control`. */
  readonly control: Readable | undefined;
  /** What the programs that set a container up have said so far. */
  readonly complaints: () => string;
  /** Resolves to the exit code, 128 and the signal's number for a program that was killed. Never rejects. */
  readonly exited: Promise<number>;
}

/**
 * Spawns a program with true pipes as its standard streams.
 * @throws ContainerProblem `StartError` when it cannot be started at all
 */
export async function spawnChild(launch: Launch, pipes: PipeMaker, withStdin: boolean): Promise<Child> {
  const stdin = withStdin ? await pipes.toChild() : undefined;
  if (stdin && launch.owner) fchownSync(stdin.read, launch.owner.uid, launch.owner.gid);
  const stdout = await pipes.fromChild();
  const stderr = await pipes.fromChild();
  const output = { stdout: new OutputPipe(stdout.read), stderr: new OutputPipe(stderr.read) };
  const input = stdin && inputStream(stdin.write);
  const close = (): void => {
    output.stdout.finish();
    output.stderr.finish();
    input?.destroy();
  };
  try {
    const descriptors = fileDescriptors(launch.control, stdin?.read ?? 'ignore', stdout.write, stderr.write);
    const child = await spawned(launch, descriptors);
    const complaints = launch.control === 'report' && child.stderr ? collectText(child.stderr) : () => '';
    const exited = exitCode(child, launch.control, complaints).finally(close);
    const control = child.stdio[3] instanceof Socket ? child.stdio[3] : undefined;
    control?.on('error', () => {});
    const { pid = 0 } = child;
    return {
      pid,
      stdin: input,
      stdout: output.stdout.output,
      stderr: output.stderr.output,
      control,
      exited,
      complaints,
    };
  } catch (cause) {
    close();
    throw new ContainerProblem('StartError', cause instanceof Error ? cause.message : String(cause), { cause });
  } finally {
    for (const fd of [stdin?.read, stdout.write, stderr.write]) if (fd !== undefined) closeSync(fd);
  }
}

/** Kills a process group; nothing when it is gone. */
export function killGroup(leader: number): void {
  send(leader, -leader, 'SIGKILL');
}

/** Sends a signal; nothing when there is no such process any more. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  send(pid, pid, signal);
}

function send(pid: number, to: number, signal: NodeJS.Signals): void {
  // 0 would be this process's own group, and -1 every process of the host.
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`${pid} is not the process id of a container`);
  try {
    process.kill(to, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function inputStream(fd: number): Writable {
  const socket = new Socket({ fd, readable: false, writable: true });
  // The program may end, or close its input, before it has read everything.
  socket.on('error', () => {});
  return socket;
}

/** @throws Error when the program cannot be started, or a word of its command line has a NUL */
async function spawned(launch: Launch, stdio: (number | 'ignore' | 'pipe')[]): Promise<ChildProcess> {
  const { args, cwd, env, file } = launch;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio, detached: true });
    child.once('spawn', () => resolve(child));
    child.once('error', reject);
  });
}

function fileDescriptors(
  control: Launch['control'],
  stdin: number | 'ignore',
  stdout: number,
  stderr: number,
): (number | 'ignore' | 'pipe')[] {
  switch (control) {
    case 'none':
      return [stdin, stdout, stderr];
    case 'watch':
      return [stdin, stdout, stderr, 'pipe'];
    case 'report':
      return [stdin, 'ignore', 'pipe', 'pipe', stdout, stderr];
  }
}

async function exitCode(child: ChildProcess, control: Launch['control'], complaints: () => string): Promise<number> {
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    // A report ends with the child; what watches the node may live longer.
    child.once(control === 'report' ? 'close' : 'exit', (...end: [number | null, NodeJS.Signals | null]) =>
      resolve(end),
    );
    child.once('error', () => resolve([128, null]));
  });
  // unshare(1) of util-linux 2.38 tries to let this signal end itself too, and fails, as it cannot be handled.
  if (code === 1 && /^unshare: (?:signal handler reset|sigprocmask unblock) failed/m.test(complaints()))
    return 128 + constants.signals.SIGKILL;
  return code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
}

function collectText(source: Readable): () => string {
  let text = '';
  source.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(0, longestComplaint)));
  return () => text;
}
