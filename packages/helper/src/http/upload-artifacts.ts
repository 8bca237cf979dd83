import { HelperError, RetryableError, ServiceUnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { readMessage, statusLine } from './answers.ts';
import type { HttpClient, HttpResponse } from './http-client.ts';
import { jobHeaders, type Job } from './job-client.ts';
import { multipartFile } from './multipart.ts';
import { artifactsUrl } from './urls.ts';

/** One upload of artifacts. */
export interface Upload {
  readonly job: Job;
  /** Left out of the URL where empty. */
  readonly query: Readonly<Record<'expire_in' | 'artifact_format' | 'artifact_type', string>>;
  readonly filename: string;
  /** Read once. */
  readonly content: AsyncIterable<Buffer>;
}

/** What it means that GitLab will not take the artifacts, however often they are sent. */
const finalAnswers: Readonly<Record<number, string>> = {
  400: 'the server refused the request',
  401: 'unauthorized: the job token is not valid',
  403: 'permission denied: the job is not running, or its token is not valid any more',
  404: 'the job is not known to the server',
  413: 'too large: the artifacts pass the limit of the server',
};

/**
 * Sends artifacts to GitLab, once.
 * @param moved told the server to use from the next try on, when this one says that another must be asked
 * @throws RetryableError when another try may help, else HelperError
 */
export async function uploadArtifacts(
  client: HttpClient,
  { job, query, filename, content }: Upload,
  log: Log,
  moved: (server: URL) => void,
): Promise<void> {
  const url = artifactsUrl(job.server, job.id);
  for (const [name, value] of Object.entries(query)) if (value !== '') url.searchParams.set(name, value);
  const { contentType, body } = multipartFile(filename, content);
  const headers = { ...jobHeaders(job), 'content-type': contentType };
  const type = query.artifact_type === '' ? '' : ` as ${JSON.stringify(query.artifact_type)}`;
  const response = await client.send({ method: 'POST', url, headers, body });
  const message = await readMessage(response);
  const line = `uploading artifacts${type} to coordinator... ${statusLine(response.status)}`;
  if (response.status === 201) {
    log.info(`${line} (job ${job.id})`);
    return;
  }
  if (response.status === 307) {
    moved(otherServer(response, url));
    throw new RetryableError(`${line}: another server is to be asked`);
  }
  throw failure(
    response,
    [line, finalAnswers[response.status] ?? '', message].filter((text) => text !== '').join(': '),
  );
}

function failure({ status, header }: HttpResponse, text: string): HelperError {
  const correlation = header('x-request-id');
  const full = correlation === undefined ? text : `${text} (correlation id ${correlation.slice(0, 64)})`;
  if (status === 503) return new ServiceUnavailableError(full);
  return status in finalAnswers ? new HelperError(full) : new RetryableError(full);
}

/** A secondary site sends uploads to its primary. The job's token goes there, too; so never where it could be read. */
function otherServer({ header }: HttpResponse, from: URL): URL {
  const location = header('location') ?? '';
  const target = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (target === undefined || !['http:', 'https:'].includes(target.protocol)) {
    throw new HelperError('the server leads to another one, and does not say where it is');
  }
  if (from.protocol === 'https:' && target.protocol !== 'https:') {
    throw new HelperError(`the server leads to ${target.host} without TLS: the job's token is not sent there`);
  }
  return new URL(target.origin);
}
