import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';

/** What an exec said, up to its end. */
export interface ExecTranscript {
  readonly protocol: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Everything on the error channel. */
  readonly status: string;
  readonly closeCode: number;
}

/** Reads an exec to its end. @param onOpen what to send once it is open */
export async function readExec(socket: WebSocket, onOpen: () => void = () => {}): Promise<ExecTranscript> {
  const channels: Buffer[][] = [[], [], [], []];
  socket.on('message', (data: Buffer) => channels[data[0] ?? 0]?.push(data.subarray(1)));
  socket.on('open', onOpen);
  const [closeCode] = (await once(socket, 'close')) as [number];
  const [, stdout, stderr, status] = channels.map((chunks) => Buffer.concat(chunks).toString());
  return { protocol: socket.protocol, stdout: stdout ?? '', stderr: stderr ?? '', status: status ?? '', closeCode };
}

/** The answer to an upgrade that was refused. */
export async function refusedExec(socket: WebSocket): Promise<{ code: number; message: string }> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { message } = JSON.parse(Buffer.concat(chunks).toString()) as { message: string };
  return { code: response.statusCode ?? 0, message };
}
