import type { Writable } from 'node:stream';
import type { Status } from 'kubernetes-types/meta/v1.js';
import type { ContainerTarget, Node, ProcessStreams } from '../../node.ts';
import { internalError } from '../api-error.ts';
import type { ChannelSocket } from './channel-socket.ts';

/** What an exec or attach asks for. */
export interface ExecRequest {
  readonly kind: 'exec' | 'attach';
  readonly target: ContainerTarget;
  /** Empty for attach. */
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Runs one exec or attach over an open connection, up to the status that ends it. Never rejects. */
export async function runExecSession(
  node: Node,
  request: ExecRequest,
  channel: ChannelSocket,
  signal: AbortSignal,
): Promise<void> {
  const stdout = request.stdout ? channel.output('stdout') : undefined;
  // A terminal has one output.
  const stderr = request.stderr && !request.tty ? channel.output('stderr') : undefined;
  const streams: ProcessStreams = {
    tty: request.tty,
    ...(request.stdin ? { stdin: channel.stdin() } : {}),
    ...(stdout === undefined ? {} : { stdout }),
    ...(stderr === undefined ? {} : { stderr }),
  };
  channel.announce(stdout === undefined ? (stderr === undefined ? 'error' : 'stderr') : 'stdout');
  const status = await outcome(node, request, streams, signal);
  await Promise.all([stdout, stderr].filter((stream) => stream !== undefined).map(flushed));
  if (!signal.aborted) channel.finish(status);
}

async function outcome(
  node: Node,
  { kind, target, command }: ExecRequest,
  streams: ProcessStreams,
  signal: AbortSignal,
): Promise<Partial<Status>> {
  try {
    const code =
      kind === 'exec' ? await node.exec(target, command, streams, signal) : await node.attach(target, streams, signal);
    return code === 0 ? { metadata: {}, status: 'Success' } : nonZero(command, code);
  } catch (error) {
    const { metadata, status, message, reason, details, code } = internalError((error as Error).message).toStatus();
    return { metadata, status, message, reason, details, code } as Partial<Status>;
  }
}

function nonZero(command: readonly string[], code: number): Partial<Status> {
  const text = `error executing command [${command.join(' ')}], exit code ${code}`;
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: ${text}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** Waits until all that was written is sent, or never will be. */
async function flushed(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableFinished) return;
  await new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.end(resolve);
  });
}
