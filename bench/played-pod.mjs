import { setTimeout as delay } from 'node:timers/promises';
import { markerEnd, markerStart } from '@podwright/core';
import { startEmbeddedCluster, trivialNode } from '@podwright/local';

/**
 * An embedded cluster whose node runs nothing: the job of `oneLine` is played to whoever follows a Pod.
 * @param {() => Promise<void>} [middle] waited for between the start of the stage and its end
 */
export function startPlayedCluster(middle = async () => undefined) {
  return startEmbeddedCluster({
    node: (api, faults) => {
      const exec = async ({ namespace, pod }, command, { stdout, stderr }, signal) => {
        if (command.includes('cancel')) return 0;
        // On a node, containers do not start before the Secret that they mount is there.
        let secret;
        while ((secret = api.getSecret(namespace, `${pod}-job`)) === undefined) await delay(5);
        const plan = Buffer.from(secret.data?.plan ?? '', 'base64').toString();
        const nonce = /^nonce (\S+)$/m.exec(plan)?.[1] ?? '';
        const { log, events } = oneLine(nonce);
        const [first, ...rest] = events.map((event) => `${JSON.stringify({ nonce, time: 1, ...event })}\n`);
        stderr?.write(first);
        await middle();
        stdout?.write(log);
        stderr?.write(rest.join(''));
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        return 143;
      };
      return trivialNode({ exec })(api, faults);
    },
  });
}

/** A job with one stage that prints one line and succeeds. */
function oneLine(nonce) {
  const about = { stage: 'step_script', attempt: 1 };
  const marker = (event) => markerStart(nonce) + JSON.stringify({ nonce, time: 1, offset: 0, ...event }) + markerEnd;
  const started = { event: 'stage_started', ...about, offset: 0 };
  const finished = { event: 'stage_finished', ...about, exit_code: 0, offset: 0 };
  const log = `${marker(started)}first line\n${marker(finished)}`;
  return { log, events: [started, finished, { event: 'finished', exit_code: 0, offset: log.length }] };
}
