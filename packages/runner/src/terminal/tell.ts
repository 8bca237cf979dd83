import type { JobResult } from '@podwright/core';
import type { Output } from '../io.ts';

/** Says something to the user, on stderr, where it does not mix with the trace. */
export type Tell = (text: string) => void;

/** Writes `podwright: text` lines. What stderr does not take is lost. */
export function createTell(stderr: Output): Tell {
  return (text) => void stderr.write(`podwright: ${text}\n`);
}

/** The last lines: which stage failed, why, and what to do about it. */
export function tellResult(result: JobResult, job: string, tell: Tell): void {
  const name = job === '' ? 'the job' : `job ${job}`;
  if (result.state === 'success') {
    tell(`${name} succeeded`);
    return;
  }
  const isNamed = result.stage === undefined || result.message.includes(result.stage);
  const where = isNamed ? '' : ` in stage ${result.stage}`;
  tell(`${name} failed${where}: ${result.message}`);
  tell(`reason: ${result.reason}`);
  const hint = result.hint ?? hints[result.reason];
  if (hint !== undefined) tell(`hint: ${hint}`);
}

const hints: Partial<Record<string, string>> = {
  script_failure: 'the command that failed is the last one of that stage in the log above',
  job_execution_timeout: 'give it more time with --timeout, or with timeout in the CI file',
  runner_system_failure: 'run it again with --log-level debug to see what podwright did',
};
