import type { FileHandle } from 'node:fs/promises';
import { HelperError, RetryableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { readMessage, statusLine } from './answers.ts';
import type { HttpClient } from './http-client.ts';
import { jobHeaders, type Job } from './job-client.ts';
import { saveBody } from './save-body.ts';
import { artifactsUrl } from './urls.ts';

/** What it means that GitLab will not give the artifacts, however often they are asked for. */
const finalAnswers: Readonly<Record<number, string>> = {
  400: 'the server refused the request',
  401: 'unauthorized: the token is not valid',
  403: 'permission denied: the token does not open the artifacts of this job',
  404: 'not found: the job has no artifacts, or they have expired',
};

/**
 * Fetches the artifacts of a job into a file, once. Redirects to object storage are followed; the token stays behind.
 * @param isDirect whether the server may lead to its object storage
 * @throws RetryableError when another try may help, else HelperError
 */
export async function downloadArtifacts(
  client: HttpClient,
  job: Job,
  isDirect: boolean,
  file: FileHandle,
  log: Log,
): Promise<void> {
  const url = artifactsUrl(job.server, job.id);
  if (isDirect) url.searchParams.set('direct_download', 'true');
  const response = await client.send({ method: 'GET', url, headers: jobHeaders(job), followsRedirects: true });
  const line = `downloading artifacts from coordinator... ${statusLine(response.status)}`;
  if (response.status === 200) {
    log.info(`${line} (job ${job.id}, from ${response.host})`);
    await saveBody(response, file);
    return;
  }
  const message = await readMessage(response);
  const meaning = finalAnswers[response.status];
  const text = [line, meaning ?? '', message].filter((part) => part !== '').join(': ');
  throw meaning === undefined ? new RetryableError(text) : new HelperError(text);
}
