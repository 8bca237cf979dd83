import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Resets each connection that is open now, with this probability; new ones work. @param share default 1 */
  cut(share?: number): void;
  /** Resets every connection, and every new one, until `restore`. */
  sever(): void;
  restore(): void;
  close(): Promise<void>;
}

/** Passes bytes to another port of this machine, until the test cuts them off. */
export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let isSevered = false;
  const server = createServer((client) => {
    if (isSevered) return void client.resetAndDestroy();
    const upstream = connect(target);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (share = 1): void => {
    for (const socket of open) if (Math.random() < share) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    sever() {
      isSevered = true;
      cut();
    },
    restore() {
      isSevered = false;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
