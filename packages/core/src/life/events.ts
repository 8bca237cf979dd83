import type { StageContainer } from '../plan.ts';

/** Why a stage ended otherwise than by its script ending. */
export type StageStop = 'canceled' | 'stage_timeout' | 'job_timeout';

interface EventBase {
  /** Unix time in seconds, by the Pod's clock; may have a fraction. */
  readonly time: number;
  /** Size of the log file when the event was written: everything the stage had printed is before it. */
  readonly offset: number;
}

/** A container's supervisor is up. */
export interface StartedEvent extends EventBase {
  readonly event: 'started';
  readonly container: StageContainer;
}

export interface StageStartedEvent extends EventBase {
  readonly event: 'stage_started';
  readonly stage: string;
  /** 1 for the first try. */
  readonly attempt: number;
}

export interface StageFinishedEvent extends EventBase {
  readonly event: 'stage_finished';
  readonly stage: string;
  readonly attempt: number;
  /** Exit code of the script, 128 + n when signal n ended it. */
  readonly exit_code: number;
  readonly stopped?: StageStop;
  /** How many processes of the container the kernel killed for lack of memory during the stage; absent when unknown or 0. */
  readonly oom_kills?: number;
}

/** The plan has ended: the Pod's own record of the job's result. */
export interface FinishedEvent extends EventBase {
  readonly event: 'finished';
  readonly exit_code: number;
  /** The stage that failed first and counts; absent on success. */
  readonly stage?: string;
  readonly stopped?: StageStop;
  readonly oom_kills?: number;
}

export type PodEvent = StartedEvent | StageStartedEvent | StageFinishedEvent | FinishedEvent;

/** Ends a marker; JSON has no such byte. */
export const markerEnd = '\x1e';

/**
 * Begins a marker in the log. The supervisor writes `stage_started` and `stage_finished` not only to the events file but
 * also, in one write, between `markerStart` and `markerEnd` into the log: so the place of a section in the trace is part
 * of the log itself, and the trace is the same however the two streams arrive.
 */
export function markerStart(nonce: string): string {
  return `\x1e${nonce}`;
}

/**
 * One line of the events file: the event as JSON with the plan's `nonce` as an additional member.
 * A line that is not such an event, or that carries another nonce, gives `undefined`.
 */
export function parseEvent(line: string, nonce: string): PodEvent | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { nonce: given, ...event } = parsed as Record<string, unknown>;
  if (given !== nonce || typeof event['time'] !== 'number' || typeof event['offset'] !== 'number') return undefined;
  return hasKnownShape(event) ? event : undefined;
}

function hasKnownShape(event: Record<string, unknown>): event is Record<string, unknown> & PodEvent {
  switch (event['event']) {
    case 'started':
      return event['container'] === 'build' || event['container'] === 'helper';
    case 'stage_started':
      return typeof event['stage'] === 'string' && typeof event['attempt'] === 'number';
    case 'stage_finished':
      return typeof event['stage'] === 'string' && Number.isInteger(event['exit_code']);
    case 'finished':
      return Number.isInteger(event['exit_code']);
    default:
      return false;
  }
}
