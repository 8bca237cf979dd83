import { runJob, type JobEvent, type JobPayload, type JobResult, type Logger } from '@podwright/core';
import { createConnectedServices } from '../container.ts';
import { jobPaths } from '../job-paths.ts';
import { createStatusLine, type StatusLine } from '../terminal/status-line.ts';
import { TerminalSink } from '../terminal/terminal-sink.ts';
import { TraceRenderer } from '../terminal/trace-renderer.ts';
import type { Configuration } from '../configuration.ts';
import type { Interrupts } from '../interrupts.ts';
import type { Io } from '../io.ts';
import { onlySlot } from '../only-slot.ts';
import type { Tell } from '../terminal/tell.ts';
import type { Place } from './place.ts';

export interface ShowJobRequest {
  readonly payload: JobPayload;
  readonly configuration: Configuration;
  readonly place: Place;
  readonly color: boolean;
  readonly interrupts: Interrupts;
  readonly logger: Logger;
  readonly io: Io;
  readonly tell: Tell;
}

/**
 * Runs a job and writes its trace to stdout as it comes.
 * @throws ConfigError for paths that cannot be used
 */
export async function showJob(request: ShowJobRequest): Promise<JobResult> {
  const { payload, configuration, place, color, interrupts, io, tell } = request;
  const { runner } = configuration;
  const paths = jobPaths(payload, runner, place.pathsRoot);
  const services = createConnectedServices({
    ...configuration,
    logger: request.logger,
    connection: place.connection,
  });
  const status = createStatusLine(io.stdout, io.env);
  let brokenBy: NodeJS.ErrnoException | undefined;
  const sink = new TerminalSink({
    stdout: io.stdout,
    renderer: new TraceRenderer({ color }),
    status,
    onBroken(error) {
      brokenBy = error;
      tell(`stdout cannot be written any more (${error.code ?? error.message}), cancelling the job`);
      interrupts.cancel.abort();
    },
  });
  try {
    const result = await runJob(services.cradle, {
      payload,
      namespace: place.namespace,
      paths,
      slot: onlySlot,
      trace: sink,
      cancel: interrupts.cancel.signal,
      kill: interrupts.kill.signal,
      onEvent: (event) => showProgress(event, status),
    });
    return brokenBy === undefined || brokenBy.code === 'EPIPE' ? result : unwritable(brokenBy);
  } finally {
    status.stop();
    await sink.end();
    await services.dispose();
  }
}

function showProgress(event: JobEvent, status: StatusLine): void {
  switch (event.kind) {
    case 'created':
      status.start(`waiting for pod ${event.pod} to start`);
      break;
    case 'running':
    case 'adopted':
    case 'left_behind':
    case 'stage_started':
    case 'stage_finished':
      status.stop();
  }
}

function unwritable(error: Error): JobResult {
  return { state: 'failed', reason: 'runner_system_failure', message: `the trace cannot be written: ${error.message}` };
}
