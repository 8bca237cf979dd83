import { headerOf, jsonOf, refusalText, traceSizeOf, type Answer } from './answer.ts';
import { RunnerRefusedError } from './errors.ts';
import { readHandedJob, type Handed, type JobRef } from './handed-job.ts';
import { knownRunnerOf, type KnownRunner } from './known-runner.ts';
import { newsOf, type JobNews } from './job-news.ts';
import { updateBody, type JobUpdate } from './job-update.ts';
import { jobGone, refusal } from './refusal.ts';
import type { RunnerInfo } from './runner-info.ts';
import { Transport, type ApiRequest, type GitLabConnection } from './transport.ts';

export interface CoordinatorOptions extends GitLabConnection {
  /** The runner's token. */
  readonly token: string;
  /** Tells machines apart that share a token; GitLab 16 and later show it. */
  readonly systemId?: string;
}

export interface JobRequest {
  readonly info: RunnerInfo;
  /** That of the last answer: GitLab then holds its answer back, or says at once that nothing has changed. */
  readonly lastUpdate?: string;
  readonly signal: AbortSignal;
}

/** What came of asking for a job, and the `lastUpdate` to ask with next. */
export type JobAnswer = { readonly lastUpdate?: string } & ({ readonly kind: 'none' } | Handed);

/**
 * Speaks with one GitLab on behalf of one runner. All methods throw `CoordinatorUnreachableError` without an answer,
 * `CoordinatorError` for one that is of no use, and the signal's reason when it is aborted. Make one for each runner and
 * share it: it keeps connections.
 */
export class Coordinator {
  private readonly transport: Transport;
  private readonly identity: Readonly<Record<string, unknown>>;

  /** @throws ConfigError for a URL that is none */
  constructor(private readonly options: CoordinatorOptions) {
    this.transport = new Transport(options);
    this.identity = { token: options.token, system_id: options.systemId };
  }

  /**
   * Asks whether GitLab knows the runner.
   * @param info kept by GitLab, which hands jobs out by it
   * @returns what GitLab tells of it; nothing when it refuses the token
   */
  async verify(signal: AbortSignal, info?: RunnerInfo): Promise<KnownRunner | undefined> {
    const answer = await this.ask(
      { method: 'POST', path: '/runners/verify', body: { ...this.identity, info } },
      signal,
    );
    return answer.status === 403 ? undefined : knownRunnerOf(answer);
  }

  /**
   * Removes the runner from GitLab. Of one that was made there, only this machine's part in it is removed: others may
   * share its token.
   * @returns whether there was anything to remove
   */
  async unregister(signal: AbortSignal): Promise<boolean> {
    const isShared = this.options.token.startsWith('glrt-');
    const path = isShared ? '/runners/managers' : '/runners';
    const answer = await this.ask({ method: 'DELETE', path, body: this.identity }, signal, isShared);
    return answer.status !== 403 && answer.status !== 404;
  }

  /**
   * Asks for a job. Not repeated once GitLab may have handed one out.
   * @throws RunnerRefusedError when GitLab does not accept the runner
   */
  async requestJob({ info, lastUpdate, signal }: JobRequest): Promise<JobAnswer> {
    const request: ApiRequest = {
      method: 'POST',
      path: '/jobs/request',
      body: { ...this.identity, info, last_update: lastUpdate },
      idempotent: false,
      endpoint: 'request_job',
      longPoll: true,
    };
    const answer = await this.transport.send(request, signal);
    const what = this.transport.whatOf(request);
    if (answer.status === 403) {
      throw new RunnerRefusedError(`${what}: the runner's token is refused; register the runner anew`);
    }
    const next = headerOf(answer, 'x-gitlab-last-update') ?? lastUpdate;
    const common = next === undefined ? {} : { lastUpdate: next };
    // 409: another runner was faster; there may be more.
    if (answer.status === 204 || answer.status === 409) return { ...common, kind: 'none' };
    const handed = answer.status === 201 ? readHandedJob(jsonOf(answer)) : undefined;
    if (handed === undefined) throw refusal(what, answer, this.options.token);
    return { ...common, ...handed };
  }

  /**
   * Tells the state of a job, and what its log should be.
   * @returns `accepted`: whether GitLab has taken it; if not, it still digests the log, and is to be told again
   * @throws JobGoneError
   */
  async updateJob(job: JobRef, update: JobUpdate, signal: AbortSignal): Promise<JobNews & { accepted: boolean }> {
    const request: ApiRequest = {
      method: 'PUT',
      path: `/jobs/${job.id}`,
      body: updateBody(job, update),
      idempotent: true,
      endpoint: 'update_job',
    };
    const answer = await this.askOfJob(job, request, signal);
    if (answer.status !== 200 && answer.status !== 202) {
      throw refusal(this.transport.whatOf(request), answer, job.token);
    }
    return { ...newsOf(answer), accepted: answer.status === 200 };
  }

  /**
   * Delivers a piece of a job's log. May be repeated: a piece that GitLab has already is not taken twice.
   * @param start offset of the first byte, which must be how much GitLab has
   * @param bytes at least one
   * @returns `size`: how much GitLab has now, to go on from; other than expected when `start` was not right
   * @throws JobGoneError
   */
  async patchTrace(
    job: JobRef,
    start: number,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<JobNews & { size: number }> {
    const end = start + bytes.length;
    const request: ApiRequest = {
      method: 'PATCH',
      path: `/jobs/${job.id}/trace`,
      body: bytes,
      // Neither a unit nor a total: GitLab wants it so.
      headers: { 'content-range': `${start}-${end - 1}` },
      idempotent: true,
      endpoint: 'patch_trace',
    };
    const answer = await this.askOfJob(job, request, signal);
    const known = answer.status === 202 || answer.status === 416 ? traceSizeOf(answer) : undefined;
    const size = known ?? (answer.status === 202 ? end : undefined);
    // GitLab Runner takes a 416 that does not tell the size for an empty log; to us it is a fault of the server.
    if (size === undefined) throw refusal(this.transport.whatOf(request), answer, job.token);
    return { ...newsOf(answer), size };
  }

  /** Ends all connections at once; what is under way fails. */
  async close(): Promise<void> {
    await this.transport.close();
  }

  /** @param mayBeMissing whether GitLab's own 404 is an answer; that of another server is not */
  private async ask(asked: Omit<ApiRequest, 'idempotent'>, signal: AbortSignal, mayBeMissing = false): Promise<Answer> {
    const request: ApiRequest = { ...asked, idempotent: true };
    const answer = await this.transport.send(request, signal);
    const isMissing = mayBeMissing && answer.status === 404 && refusalText(answer, '').startsWith('404 ');
    if (![200, 204, 403].includes(answer.status) && !isMissing) {
      throw refusal(this.transport.whatOf(request), answer, this.options.token);
    }
    return answer;
  }

  private async askOfJob(job: JobRef, request: ApiRequest, signal: AbortSignal): Promise<Answer> {
    const headers = { ...request.headers, 'job-token': job.token };
    const answer = await this.transport.send({ ...request, headers }, signal);
    const gone = jobGone(this.transport.whatOf(request), answer, job.token);
    if (gone !== undefined) throw gone;
    return answer;
  }
}
