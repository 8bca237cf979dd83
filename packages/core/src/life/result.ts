import type { JobFailure, JobResult } from '../failure.ts';
import type { Plan, Stage } from '../plan.ts';
import { outOfMemory } from '../pod/state.ts';
import type { FinishedEvent } from './events.ts';

/** What the Pod's own record of the end means. */
export function resultOf(event: FinishedEvent, plan: Plan): JobResult {
  if (event.stopped === 'canceled') return failed('job_canceled', 'the job was canceled', event);
  if (event.stopped === 'job_timeout') {
    return failed('job_execution_timeout', `the job took longer than ${duration(plan.timeoutSeconds)}`, event, {
      hint: 'raise `timeout` of the job in .gitlab-ci.yml, or make it faster',
    });
  }
  if (event.exit_code === 0) return { state: 'success' };
  const stage = plan.stages.find((s) => s.name === event.stage);
  if (event.oom_kills !== undefined && event.oom_kills > 0 && event.exit_code === 137) {
    const { hint = '', message } = outOfMemory(`a process of stage ${event.stage}`, stage?.container ?? 'build');
    return failed('runner_system_failure', message, event, { hint, exitCode: event.exit_code });
  }
  return scriptFailure(event, stage);
}

function scriptFailure(event: FinishedEvent, stage: Stage | undefined): JobFailure {
  const code = { exitCode: event.exit_code };
  if (event.stopped === 'stage_timeout') {
    return failed(
      'script_failure',
      `stage ${event.stage} took longer than ${duration(stage?.timeoutSeconds ?? 0)}`,
      event,
      code,
    );
  }
  const how = event.exit_code > 128 ? ` (signal ${event.exit_code - 128})` : '';
  const text = `command terminated with exit code ${event.exit_code}${how}`;
  if (stage?.container !== 'helper') return failed('script_failure', text, event, code);
  const message = `stage ${event.stage}: ${text}`;
  if (stage.failsForJob) return failed('script_failure', message, event, code);
  return failed('runner_system_failure', message, event, { ...code, hint: 'see the last lines of that stage' });
}

/** Seconds in words: `1h`, `1h 30m`, `45s`. */
function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [Math.floor(seconds % 60), 's'],
  ] as const;
  return (
    parts
      .filter(([n]) => n > 0)
      .map(([n, unit]) => `${n}${unit}`)
      .join(' ') || '0s'
  );
}

function failed(
  reason: JobFailure['reason'],
  message: string,
  event: FinishedEvent,
  more: { hint?: string; exitCode?: number } = {},
): JobFailure {
  const stage = event.stage === undefined ? {} : { stage: event.stage };
  return { state: 'failed', reason, message, ...stage, ...more };
}
