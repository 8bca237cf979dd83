import { randomBytes } from 'node:crypto';
import {
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

/**
 * The Pod that a job would get, without anything being created.
 * @throws JobRejectedError when a plugin refuses the job
 */
export async function buildPod(
  { executor, shell, facts }: BuildPodDeps,
  job: { readonly payload: JobPayload; readonly paths: JobPaths; readonly namespace: string; readonly log: JobLog },
): Promise<BuiltPod> {
  const { payload, paths, namespace, log } = job;
  const { runner } = executor;
  const variables = assembleVariables(payload, runner, paths, facts, onlySlot, executor.secretNames);
  const { signal } = new AbortController();
  const context = executor.createJob({ payload, variables, paths, namespace, signal, log });
  await executor.prepare(context);
  const request = { payload, variables, paths, runner, nonce: randomBytes(16).toString('hex') };
  const plan = shell.plan(request);
  return executor.build(context, { plan, files: shell.files(plan, request), slot: 0, random: 'example0' });
}
