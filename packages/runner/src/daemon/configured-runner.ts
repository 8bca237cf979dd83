import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, messageOf, type ExecutorHooks, type Logger } from '@podwright/core';
import { Coordinator, type RunnerInfo } from '@podwright/gitlab';
import { askForJobs } from './ask-for-jobs.ts';
import { HandedJob, type HandedJobDeps } from './handed-job.ts';
import { Places } from './places.ts';

export interface ConfiguredRunnerDeps extends Omit<HandedJobDeps, 'logger'> {
  readonly info: RunnerInfo;
  /** Places of all runners together. */
  readonly common: Places;
  readonly interval: () => number;
  readonly logger: Logger;
  readonly hooks: Pick<ExecutorHooks, 'beforeRequest'>;
  /** Ends the connections; called once the last job has ended. */
  readonly dispose: () => Promise<void>;
}

/** One `[[runners]]` at work: asks for jobs and runs them. */
export class ConfiguredRunner {
  private readonly stop = new AbortController();
  private readonly jobs = new Map<HandedJob, Promise<void>>();
  private readonly asking: Promise<unknown>;
  private isInterrupted = false;

  /** Begins to ask. */
  constructor(private readonly deps: ConfiguredRunnerDeps) {
    const { limit, request_concurrency: requests } = deps.services.executor.runner;
    const own = new Places(limit === 0 ? Infinity : limit);
    const loop = { ...deps, own, start: (handed: Parameters<typeof this.start>[0]) => this.start(handed) };
    this.asking = Promise.all(
      Array.from({ length: Math.max(1, requests) }, () => askForJobs(loop, this.stop.signal)),
    ).catch((error: unknown) => deps.logger.error({ error: messageOf(error) }, 'the runner asks for no more jobs'));
  }

  /** Asks for no more jobs. Resolves once the running ones have ended and nothing of the runner is left. */
  async retire(): Promise<void> {
    this.stop.abort(new Error('the runner asks for no more jobs'));
    await this.asking;
    await Promise.all(this.jobs.values());
    await this.deps.coordinator.close();
    await this.deps.dispose();
  }

  /** Gives all running jobs up, and those that still come. */
  interrupt(): void {
    this.isInterrupted = true;
    for (const job of this.jobs.keys()) job.interrupt();
  }

  private async start(handed: ConstructorParameters<typeof HandedJob>[1]): Promise<void> {
    const job = new HandedJob(this.deps, handed);
    if (this.isInterrupted) job.interrupt();
    const running = job.run();
    this.jobs.set(job, running);
    await running;
    this.jobs.delete(job);
  }
}

/** The keys of `[[runners]]` that say which GitLab, and who we are to it. */
export interface CoordinatorConfig {
  readonly url: string;
  readonly token: string;
  readonly 'tls-ca-file': string;
  readonly 'tls-cert-file': string;
  readonly 'tls-key-file': string;
}

/**
 * @param file path of the `config.toml`; paths in it are relative to its directory
 * @throws ConfigError for a URL that is none, no token, or a file that cannot be read
 */
export async function connectCoordinator(
  config: CoordinatorConfig,
  systemId: string,
  file: string,
): Promise<Coordinator> {
  if (config.token === '') throw problem(file, 'token', 'is missing: register the runner');
  const keys = { ca: 'tls-ca-file', cert: 'tls-cert-file', key: 'tls-key-file' } as const;
  const tls: Record<string, string> = {};
  for (const [name, key] of Object.entries(keys)) {
    if (config[key] !== '') tls[name] = await readPem(config[key], key, file);
  }
  return new Coordinator({ url: config.url, token: config.token, systemId, tls });
}

async function readPem(path: string, key: string, file: string): Promise<string> {
  try {
    return await readFile(resolve(dirname(file), path), 'utf8');
  } catch (error) {
    throw problem(file, key, messageOf(error));
  }
}

function problem(file: string, key: string, message: string): ConfigError {
  return new ConfigError(file, [{ path: `runners.${key}`, message, kind: 'invalid' }]);
}
