import { JobTrace } from '@podwright/core';
import { median } from './common.mjs';

const megabytes = 64;

/** Megabytes per second through the trace: markers taken out, secrets masked. */
export async function streamFigures() {
  const chunk = Buffer.from('a line of a log that is as long as lines usually are, or longer\n'.repeat(512));
  const secrets = Array.from({ length: 20 }, (_, i) => `secret-number-${i}-of-the-job`);
  const plain = await rate([], chunk);
  const masked = await rate(secrets, chunk);
  const timed = await rate(secrets, chunk, true);
  return [
    ['nothing to mask', `${plain} MB/s`],
    ['20 masked values', `${masked} MB/s`],
    ['ratio', (masked / plain).toFixed(2)],
    ['20 masked values, and the time before each line', `${timed} MB/s`],
  ];
}

async function rate(secrets, chunk, times = false) {
  const rates = [];
  for (let round = 0; round < 5; round += 1) {
    const trace = new JobTrace({ sink: { write: () => undefined }, secrets, sections: true, times, now: () => 0 });
    trace.begin({ nonce: '0123456789abcdef0123456789abcdef', timeoutSeconds: 1, stages: [] });
    const start = performance.now();
    for (let sent = 0; sent < megabytes * 1e6; sent += chunk.length) void trace.log(chunk);
    rates.push((megabytes / (performance.now() - start)) * 1000);
    await trace.end();
  }
  return Math.round(median(rates));
}
