import { rm } from 'node:fs/promises';
import { explainedFields, type BuiltPod, type ExplainedField, type JobLog, type Pod } from '@podwright/core';
import { stringify } from 'yaml';
import { buildPod } from '../build-pod.ts';
import { identityOf, loadConfiguration } from '../configuration.ts';
import { createServices } from '../container.ts';
import { exitStatus } from '../exit-status.ts';
import { explanationAsJson, explanationAsTree } from '../explain-pod.ts';
import { jobPaths } from '../job-paths.ts';
import { createLogger } from '../logger.ts';
import { localSources } from '../sources/local-sources.ts';
import { makeScratch } from '../scratch.ts';
import { hasColors } from '../terminal/has-colors.ts';
import { createTell, type Tell } from '../terminal/tell.ts';
import { write } from '../write.ts';
import { loadJob, type LoadedJob } from './load-job.ts';
import type { Io } from '../io.ts';
import type { JobOptions } from './job-options.ts';

export interface PodOptions extends JobOptions {
  /** Default: `yaml`, and a tree with `explain`. */
  readonly output?: 'yaml' | 'json';
  /** Says of each field which plugin wrote it, and what for. */
  readonly explain?: boolean;
}

/**
 * Prints the Pod that a job would get. Creates nothing and contacts nobody; of Secrets it shows the names, and of
 * what is masked nothing.
 * @returns the exit status
 * @throws ConfigError, UsageError or JobRejectedError
 */
export async function pod(job: string | undefined, options: PodOptions, io: Io): Promise<number> {
  const tell = createTell(io.stderr);
  const configuration = await loadConfiguration({
    io,
    file: options.config,
    runner: options.runner,
    helperImage: options.helperImage,
    fallbackImage: undefined,
    namespace: options.namespace,
  });
  const { runner, notices } = configuration;
  for (const notice of notices) tell(notice);
  const { payload, notes } = await loadPodJob(job, options, io);
  for (const note of notes) tell(`note: ${note}`);
  const logger = createLogger(options.logLevel, io.stderr);
  const services = createServices({ ...configuration, logger });
  const { built, mask } = await buildPod(services.cradle, {
    payload,
    paths: jobPaths(payload, runner, ''),
    namespace: options.namespace ?? (identityOf(runner).namespace || 'default'),
    log: jobLog(tell),
  });
  const text = options.explain
    ? explain(mask.data(explainedFields(built)), options, io)
    : print(mask.data(built.pod), built.secrets, options.output);
  await write(io, text);
  return exitStatus.success;
}

/** Sources are not fetched: a temporary copy is made for what the job would be told of them, and thrown away. */
async function loadPodJob(job: string | undefined, options: PodOptions, io: Io): Promise<LoadedJob> {
  const root = await makeScratch(io.env);
  const now = new Date();
  try {
    return await loadJob({
      job,
      options,
      io,
      jobId: 1,
      now,
      repoUrl: undefined,
      sources: async (copy) => {
        const dirty = copy.repository?.head === undefined;
        return { ...(await localSources(copy, { root, dirty, env: io.env, now })), notes: [] };
      },
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function jobLog(tell: Tell): JobLog {
  return {
    info() {},
    warn: (text) => tell(`warning: ${text}`),
    error: (text) => tell(`error: ${text}`),
  };
}

function explain(fields: readonly ExplainedField[], { output, color }: PodOptions, io: Io): string {
  if (output === 'json') return `${JSON.stringify(explanationAsJson(fields), null, 2)}\n`;
  return explanationAsTree(fields, color && hasColors(io.stdout, io.env));
}

function print(built: Pod, secrets: BuiltPod['secrets'], output: PodOptions['output']): string {
  if (output === 'json') return `${JSON.stringify(built, null, 2)}\n`;
  const names = secrets.map((secret) => `# Secret ${secret.metadata?.name ?? ''}: its content is not shown\n`);
  // kubectl reads YAML 1.1, where yes and no are not texts.
  return `${stringify(built, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 })}${names.join('')}`;
}
