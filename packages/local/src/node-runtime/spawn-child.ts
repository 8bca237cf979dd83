import { type ChildProcess, spawn } from 'node:child_process';
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
  const child = spawn(launch.file, launch.args, {
    cwd: launch.cwd,
    env: launch.env,
    detached: true,
    stdio: fileDescriptors(launch.control, stdin?.read ?? 'ignore', stdout.write, stderr.write),
  });
  for (const fd of [stdin?.read, stdout.write, stderr.write]) if (fd !== undefined) closeSync(fd);
  const complaints = launch.control === 'report' && child.stderr ? collectText(child.stderr) : () => '';
  const exited = exitCode(child, launch.control, complaints).finally(() => {
    output.stdout.finish();
    output.stderr.finish();
    input?.destroy();
  });
  try {
    await spawned(child);
  } catch (cause) {
    throw new ContainerProblem('StartError', cause instanceof Error ? cause.message : String(cause), { cause });
  }
  const control = child.stdio[3] instanceof Socket ? child.stdio[3] : undefined;
  control?.on('error', () => {});
  const { pid = 0 } = child;
  return { pid, stdin: input, stdout: output.stdout.output, stderr: output.stderr.output, control, exited, complaints };
}

/** Kills a process group; nothing when it is gone. */
export function killGroup(leader: number): void {
  signalProcess(-leader, 'SIGKILL');
}

/** Sends a signal; nothing when there is no such process any more. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
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

async function spawned(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
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
