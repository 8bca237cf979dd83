import type { Logger } from '@podwright/core';
import { exitStatus } from '../exit-status.ts';
import type { Io } from '../io.ts';
import type { Daemon } from './daemon.ts';

/**
 * Waits for the signal to end, and ends in order. SIGQUIT lets running jobs come to their end; SIGTERM and SIGINT give
 * them up, also after a SIGQUIT: their Pods are deleted, and GitLab is told. Whoever sends one more does not wait.
 * @param onEnding called when no more jobs are asked for
 */
export async function shutDown(daemon: Daemon, io: Io, logger: Logger, onEnding: () => void): Promise<void> {
  await new Promise<void>((resolve) => {
    let isEnding = false;
    let isForced = false;
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      if (isEnding) return;
      isEnding = true;
      onEnding();
      void daemon.drain().then(() => {
        clearTimeout(timer);
        stop();
        resolve();
      });
    };
    const stop = io.onSignal(['SIGQUIT', 'SIGTERM', 'SIGINT'], (signal) => {
      if (signal === 'SIGQUIT') {
        logger.info({ signal }, 'no more jobs are asked for; running ones come to their end');
        end();
        return;
      }
      if (isForced) {
        logger.error({ signal }, 'left without cleaning up: Pods may still be there');
        io.leave(exitStatus.left);
        return;
      }
      isForced = true;
      logger.info({ signal }, 'running jobs are given up; once more leaves without cleaning up');
      end();
      daemon.interrupt();
      timer = setTimeout(() => {
        logger.error({}, 'shutdown_timeout is over: Pods may still be there');
        io.leave(exitStatus.left);
      }, daemon.shutdownMilliseconds);
    });
  });
}
