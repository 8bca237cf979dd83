import { randomBytes } from 'node:crypto';
import {
  JobRejectedError,
  TextMask,
  assembleVariables,
  type Executor,
  type BuiltPod,
  type JobLog,
  type JobPaths,
  type JobPayload,
  type RunnerFacts,
  type Shell,
} from '@podwright/core';
import { onlySlot } from './only-slot.ts';

export interface BuildPodDeps {
  readonly executor: Executor;
  readonly shell: Shell;
  readonly facts: RunnerFacts;
}

export interface PodRequest {
  readonly payload: JobPayload;
  readonly paths: JobPaths;
  readonly namespace: string;
  readonly log: JobLog;
}

/**
 * The Pod that a job would get, without anything being created. Lines of the log and errors are masked; what of the Pod
 * is shown is for the caller to mask.
 * @throws JobRejectedError when a plugin refuses the job
 */
export async function buildPod(deps: BuildPodDeps, request: PodRequest): Promise<{ built: BuiltPod; mask: TextMask }> {
  const { executor, facts } = deps;
  const { payload, paths, namespace } = request;
  const variables = assembleVariables(payload, executor.runner, paths, facts, onlySlot, executor.secretNames);
  const mask = new TextMask(variables.secrets);
  const { signal } = new AbortController();
  const log = maskedLog(request.log, mask);
  const job = executor.createJob({ payload, variables, paths, namespace, signal, log });
  try {
    return { built: await build(deps, job), mask };
  } catch (error) {
    throw maskedError(error, mask);
  }
}

async function build({ executor, shell }: BuildPodDeps, job: ReturnType<Executor['createJob']>): Promise<BuiltPod> {
  await executor.prepare(job);
  const { payload, variables, paths, runner } = job;
  const request = { payload, variables, paths, runner, nonce: randomBytes(16).toString('hex') };
  const plan = shell.plan(request);
  return executor.build(job, { plan, files: shell.files(plan, request), slot: 0, random: 'example0' });
}

function maskedLog(log: JobLog, mask: TextMask): JobLog {
  return {
    info: (text) => log.info(mask.text(text)),
    warn: (text) => log.warn(mask.text(text)),
    error: (text) => log.error(mask.text(text)),
  };
}

/** The same kind of error, so that the exit status stays; whoever threw it cannot know all that is secret. */
function maskedError(error: unknown, mask: TextMask): unknown {
  if (!(error instanceof Error)) return error;
  error.message = mask.text(error.message);
  if (error instanceof JobRejectedError && error.hint !== undefined) {
    Object.assign(error, { hint: mask.text(error.hint) });
  }
  return error;
}
