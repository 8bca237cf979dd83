import type { FakeJob } from './fake-job.ts';

/** What is wrong with a request, or nothing. */
type Problem = string | undefined;

/** What every GitLab knows without having said so in the job. */
const classicReasons = ['script_failure', 'runner_system_failure', 'job_execution_timeout'];

const formats: Readonly<Record<string, string>> = {
  archive: 'zip',
  metadata: 'gzip',
  junit: 'gzip',
  dotenv: 'gzip',
  cobertura: 'gzip',
  metrics: 'gzip',
  codequality: 'raw',
  sast: 'raw',
  terraform: 'raw',
};

/** `POST /jobs/request`. */
export function problemOfJobRequest(body: Readonly<Record<string, unknown>>): Problem {
  const unknown = unknownIn(body, ['token', 'system_id', 'last_update', 'info', 'session']);
  if (unknown !== undefined) return unknown;
  const { info } = body;
  if (!isObject(info)) return 'info is missing';
  for (const name of ['name', 'version', 'platform', 'architecture', 'executor', 'shell']) {
    if (typeof info[name] !== 'string') return `info.${name} is not a string`;
  }
  const { features } = info;
  if (!isObject(features)) return 'info.features is missing';
  const odd = Object.entries(features).find(([, value]) => typeof value !== 'boolean');
  return odd === undefined ? undefined : `info.features.${odd[0]} is not a boolean`;
}

/** `PUT /jobs/:id`. GitLab takes an unknown reason for `unknown_failure`; here it is refused. */
export function problemOfUpdate(job: FakeJob, body: Readonly<Record<string, unknown>>): Problem {
  const known = ['token', 'state', 'failure_reason', 'exit_code', 'checksum', 'output', 'info'];
  const unknown = unknownIn(body, known);
  if (unknown !== undefined) return unknown;
  const { state, failure_reason: reason, exit_code: code, output } = body;
  if (state !== 'running' && state !== 'success' && state !== 'failed') return `state ${JSON.stringify(state)}`;
  if (state === 'failed' ? typeof reason !== 'string' : reason !== undefined) return 'failure_reason and state';
  if (code !== undefined && (!Number.isInteger(code) || state !== 'failed')) return 'exit_code';
  if (!isObject(output) || !Number.isInteger(output['bytesize'])) return 'output';
  if (!/^crc32:[0-9a-f]{8}$/.test(String(output['checksum']))) return 'output.checksum';
  if (body['checksum'] !== output['checksum']) return 'checksum is not that of output';
  if (typeof reason !== 'string' || job.failureReasons === undefined) return undefined;
  const may = [...classicReasons, ...job.failureReasons];
  return may.includes(reason) ? undefined : `failure_reason ${reason} is not one of ${may.join(', ')}`;
}

/** `PATCH /jobs/:id/trace`; that it goes on where the log ends is looked at elsewhere. */
export function problemOfPiece(
  headers: Readonly<Record<string, unknown>>,
  from: string | undefined,
  to: string | undefined,
  size: number,
): Problem {
  if (headers['content-type'] !== 'text/plain') return `content-type ${String(headers['content-type'])}`;
  if (from === undefined || Number(to) - Number(from) + 1 !== size) {
    return `content-range ${String(headers['content-range'])} of ${size} bytes`;
  }
  return undefined;
}

/** `POST /jobs/:id/artifacts`. */
export function problemOfUpload(job: FakeJob, query: URLSearchParams, filename: string): Problem {
  const unknown = unknownIn(Object.fromEntries(query), ['artifact_type', 'artifact_format', 'expire_in']);
  if (unknown !== undefined) return unknown;
  const { type, format } = kindOf(query);
  const wanted = formats[type];
  if (wanted === undefined) return `artifact_type ${type}`;
  if (format !== wanted) return `artifact_format ${format} of ${type}, which is to be ${wanted}`;
  if (filename === '') return 'the file has no name';
  return job.artifacts.has(type) ? `another ${type} of the same job` : undefined;
}

/** Type and format of an upload, with GitLab's defaults. */
export function kindOf(query: URLSearchParams): { readonly type: string; readonly format: string } {
  return { type: query.get('artifact_type') ?? 'archive', format: query.get('artifact_format') ?? 'zip' };
}

function unknownIn(given: Readonly<Record<string, unknown>>, known: readonly string[]): Problem {
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  return unknown.length === 0 ? undefined : `unknown: ${unknown.join(', ')}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
