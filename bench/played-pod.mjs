import { markerEnd, markerStart } from '@podwright/core';
import { startEmbeddedCluster, trivialNode } from '@podwright/local';

/**
 * An embedded cluster whose node runs nothing: what the supervisor would write is played to whoever follows a Pod.
 * @param {(nonce: string) => { log: string, events: object[] }} play
 */
export function startPlayedCluster(play) {
  return startEmbeddedCluster({
    node: (api, faults) => {
      const exec = async ({ namespace, pod }, command, { stdout, stderr }, signal) => {
        if (command.includes('cancel')) return 0;
        const secret = api.getSecret(namespace, `${pod}-job`);
        const plan = Buffer.from(secret?.data?.plan ?? '', 'base64').toString();
        const nonce = /^nonce (\S+)$/m.exec(plan)?.[1] ?? '';
        const { log, events } = play(nonce);
        stdout?.write(log);
        for (const event of events) stderr?.write(`${JSON.stringify({ nonce, time: 1, ...event })}\n`);
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        return 143;
      };
      return trivialNode({ exec })(api, faults);
    },
  });
}

/** A job with one stage that prints one line and succeeds. */
export function oneLine(nonce) {
  const about = { stage: 'step_script', attempt: 1 };
  const marker = (event) => markerStart(nonce) + JSON.stringify({ nonce, time: 1, offset: 0, ...event }) + markerEnd;
  const started = { event: 'stage_started', ...about, offset: 0 };
  const finished = { event: 'stage_finished', ...about, exit_code: 0, offset: 0 };
  const log = `${marker(started)}first line\n${marker(finished)}`;
  return { log, events: [started, finished, { event: 'finished', exit_code: 0, offset: log.length }] };
}
