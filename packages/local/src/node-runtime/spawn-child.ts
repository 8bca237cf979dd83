import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fchownSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { ContainerProblem } from './container-problem.ts';
import type { Launch } from './launcher.ts';
import { OutputPipe } from './output-pipe.ts';
import type { PipeMaker } from './pipe-maker.ts';

/** A spawned program, leader of a session and a process group of its own. */
export interface Child {
  readonly pid: number;
  readonly stdin: Writable | undefined;
  /** Both must be read. They end soon after the program, even when it left processes behind. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** File descriptor 3, see `Launch.control`. */
  readonly control: Readable | undefined;
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
    stdio: [
      stdin?.read ?? 'ignore',
      stdout.write,
      stderr.write,
      ...(launch.control === 'none' ? [] : ['pipe' as const]),
    ],
  });
  for (const fd of [stdin?.read, stdout.write, stderr.write]) if (fd !== undefined) closeSync(fd);
  const exited = exitCode(child).finally(() => {
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
  return { pid, stdin: input, stdout: output.stdout.output, stderr: output.stderr.output, control, exited };
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

async function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    child.once('error', () => resolve(128));
  });
}
