import { rm } from 'node:fs/promises';
import { loadConfiguration } from '../configuration.ts';
import { statusOf } from '../exit-status.ts';
import { listenToInterrupts } from '../interrupts.ts';
import { leftOut, withoutCaches, withoutServices } from '../left-out.ts';
import { createLogger } from '../logger.ts';
import { makeScratch } from '../scratch.ts';
import { localSources } from '../sources/local-sources.ts';
import { remoteSources } from '../sources/remote-sources.ts';
import { hasColors } from '../terminal/has-colors.ts';
import { createTell, tellResult } from '../terminal/tell.ts';
import { withWorkingCopy } from '../working-copy-plugin.ts';
import { loadJob, type LoadedJob } from './load-job.ts';
import { connectOptions, isLocalPlace, openPlace, type PlaceOptions } from './place.ts';
import { showJob } from './show-job.ts';
import type { Io } from '../io.ts';
import type { JobOptions } from './job-options.ts';

export interface ExecOptions extends JobOptions, PlaceOptions {
  readonly config?: string;
}

/**
 * Runs one job and shows its trace.
 * @returns the exit status
 * @throws ConfigError or UsageError before anything was run
 */
export async function exec(job: string | undefined, options: ExecOptions, io: Io): Promise<number> {
  const isLocal = isLocalPlace(options);
  const tell = createTell(io.stderr);
  const scratch = await makeScratch(io.env);
  const interrupts = listenToInterrupts(io, tell);
  try {
    const loadedConfiguration = await loadConfiguration({
      io,
      file: options.config,
      runner: options.runner,
      helperImage: options.helperImage,
      // Images are names only there, so a job need not name one.
      fallbackImage: isLocal ? 'host' : undefined,
      namespace: options.namespace,
      connect: connectOptions(options, io),
    });
    const configured = isLocal ? withoutServices(loadedConfiguration) : loadedConfiguration;
    for (const notice of configured.notices) tell(notice);
    const loaded = await loadExecJob(job, options, io, scratch);
    const notes = [...loaded.notes, ...leftOut(loaded.payload, configured, isLocal)];
    for (const note of notes) tell(`note: ${note}`);
    const payload = isLocal ? withoutCaches(loaded.payload) : loaded.payload;

    const place = await openPlace(options, { configuration: configured, io, scratch, tell });
    try {
      const configuration = place.pathsRoot === '' ? withWorkingCopy(configured, loaded.directories) : configured;
      const color = options.color && hasColors(io.stdout, io.env);
      const logger = createLogger(options.logLevel, io.stderr);
      const result = await showJob({ payload, configuration, place, color, interrupts, logger, io, tell });
      tellResult(result, payload.job_info.name, tell);
      return statusOf(result);
    } finally {
      await place.close();
    }
  } finally {
    interrupts.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function loadExecJob(job: string | undefined, options: ExecOptions, io: Io, scratch: string): Promise<LoadedJob> {
  const now = new Date();
  const fromHere = isLocalPlace(options) && options.repoUrl === undefined;
  const local = { root: scratch, dirty: options.dirty === true, env: io.env, now };
  return loadJob({
    job,
    options,
    io,
    jobId: Math.floor(now.getTime() / 1000),
    now,
    repoUrl: options.repoUrl,
    sources: async (copy) => (fromHere ? localSources(copy, local) : remoteSources(copy, options.repoUrl)),
  });
}
