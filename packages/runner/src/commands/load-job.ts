import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigError, Variables, messageOf, parseJobPayload, type JobPayload, type Variable } from '@podwright/core';
import { readCiFile } from '../gitlab-ci/read-ci-file.ts';
import { toPayload } from '../gitlab-ci/to-payload.ts';
import type { CiJob } from '../gitlab-ci/ci-job.ts';
import { findWorkingCopy, type WorkingCopy } from '../sources/working-copy.ts';
import { unfetchedSources } from '../sources/unfetched-sources.ts';
import type { Sources } from '../sources/sources.ts';
import { UsageError } from '../usage-error.ts';
import { commandLineVariables, type JobOptions } from './job-options.ts';
import type { Io } from '../io.ts';

/** A job that is ready to be run. */
export interface LoadedJob {
  readonly payload: JobPayload;
  /** Directories of this machine that it clones from; absolute. */
  readonly directories: readonly string[];
  /** What the user should know of it: one sentence each, without a full stop. */
  readonly notes: readonly string[];
}

export interface LoadJobRequest {
  /** Its name in the CI file. */
  readonly job: string | undefined;
  readonly options: JobOptions;
  readonly io: Pick<Io, 'cwd' | 'env'>;
  readonly jobId: number;
  readonly now: Date;
  /** The repository's URL, where the command line names one. */
  readonly repoUrl: string | undefined;
  /** Decides where the job gets its files from; not asked for a payload that says so itself, or a job without files. */
  sources(copy: WorkingCopy): Promise<Sources>;
}

/**
 * Reads the job: from a CI file together with its sources, or from a payload.
 * @throws ConfigError with all problems, UsageError for options that do not go together
 */
export async function loadJob(request: LoadJobRequest): Promise<LoadedJob> {
  const { options, io } = request;
  const extra = commandLineVariables(options, io.env);
  const loaded = options.payload === undefined ? await fromCiFile(request, extra) : await fromPayload(request, extra);
  return { ...loaded, payload: withOptions(loaded.payload, options) };
}

async function fromCiFile(request: LoadJobRequest, extra: readonly Variable[]): Promise<LoadedJob> {
  const { job: name, options, io, jobId, now } = request;
  const copy = await findWorkingCopy(resolve(io.cwd, options.repo), options.file, io.env);
  const text = await readText(resolve(copy.projectDir, options.file), options.file);
  const written = readCiFile(text, options.file, name);
  const job = options.timeout === undefined ? written : { ...written, timeout: options.timeout };
  const { facts, directories, notes } = isWithoutSources([...job.variables, ...extra])
    ? await unfetchedSources(copy, { repoUrl: request.repoUrl, env: io.env, now })
    : await request.sources(copy);
  const payload = toPayload(job, { ...facts, jobId, now }, extra);
  return { payload, directories, notes: [...notes, ...jobNotes(job)] };
}

async function fromPayload(request: LoadJobRequest, extra: readonly Variable[]): Promise<LoadedJob> {
  const { options, io, job } = request;
  const file = options.payload ?? '';
  if (job !== undefined) throw new UsageError(`a payload has one job: leave ${JSON.stringify(job)} out`);
  const payload = parseJobPayload(parseJson(await readText(resolve(io.cwd, file), file), file), file);
  const variables = [...payload.variables, ...extra.map((variable) => ({ ...blank, ...variable }))];
  if (payload.git_info.repo_url !== '' || isWithoutSources(variables)) {
    return { payload: { ...payload, variables }, directories: [], notes: [] };
  }
  const { facts, directories, notes } = await request.sources(
    await findWorkingCopy(resolve(io.cwd, options.repo), options.file, io.env),
  );
  const { repoUrl, ref, refspecs, commit } = facts;
  const git_info = {
    ...payload.git_info,
    repo_url: repoUrl,
    ref: ref.name,
    ref_type: ref.type,
    refspecs: [...refspecs],
    sha: commit.sha,
  };
  return { payload: { ...payload, variables, git_info }, directories, notes };
}

/** Whether the job says that it fetches nothing. */
function isWithoutSources(variables: Iterable<Variable>): boolean {
  return ['none', 'empty'].includes(new Variables(variables).expanded().get('GIT_STRATEGY'));
}

const blank = { public: false, file: false, masked: false, raw: false };

function withOptions(payload: JobPayload, { image, timeout }: JobOptions): JobPayload {
  const named = image === undefined ? payload.image : { ...(payload.image ?? noImage), name: image };
  return { ...payload, image: named, runner_info: timeout === undefined ? payload.runner_info : { timeout } };
}

const noImage = {
  alias: undefined,
  command: undefined,
  entrypoint: undefined,
  ports: undefined,
  pull_policy: undefined,
  variables: undefined,
};

function jobNotes(job: CiJob): string[] {
  const parallel = job.parallel ?? 1;
  return [
    ...(job.expectsArtifactsOf.length > 0
      ? [`artifacts of other jobs are not there: ${job.expectsArtifactsOf.join(', ')}`]
      : []),
    ...(parallel > 1 ? [`runs as the first of ${parallel} jobs; choose another one with --env CI_NODE_INDEX=2`] : []),
  ];
}

async function readText(path: string, name: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw fileError(name, isMissing ? `there is no file ${path}` : messageOf(error), error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw fileError(name, 'is not valid UTF-8', error);
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fileError(name, `is not valid JSON: ${withoutQuote(messageOf(error))}`, error);
  }
}

/** The parser's message without what it quotes of the text, which has tokens and the values of variables. */
function withoutQuote(message: string): string {
  return /^Unexpected token '.{1,2}'/su.exec(message)?.[0] ?? message;
}

function fileError(name: string, message: string, cause: unknown): ConfigError {
  return new ConfigError(name, [{ path: '', message, kind: 'invalid' }], { cause });
}
