import { connect, createServer } from 'node:net';

/**
 * Passes bytes on to another port, until somebody cuts connections.
 * @param {{ host: string, port: number }} target
 */
export async function startProxy(target) {
  const pairs = new Set();
  const server = createServer((client) => {
    const upstream = connect(target);
    const pair = { client, upstream };
    pairs.add(pair);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      from.setNoDelay(true);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    /** Resets each open connection with that probability. */
    cut(share) {
      for (const { client, upstream } of pairs) {
        if (Math.random() >= share) continue;
        client.resetAndDestroy();
        upstream.destroy();
      }
    },
    async close() {
      for (const { client, upstream } of pairs) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
