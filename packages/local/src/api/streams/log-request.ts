import type { LogOptions } from '../../node.ts';
import { badRequest, invalid } from '../api-error.ts';
import type { StoredObject } from '../kube-object.ts';
import { flag, wholeNumber } from '../request-options.ts';
import { invalidValue, type FieldProblem } from '../validation/field-problem.ts';
import { findContainer, type FoundContainer } from './container-target.ts';

/** Which log is asked for; `undefined` for a Pod that runs nowhere yet, which has none. */
export interface LogRequest {
  readonly target: FoundContainer['target'];
  readonly options: LogOptions;
}

/**
 * Reads a request for a container's log.
 * @throws ApiError 400 when the container has none, or an option is not served; 422 for an option out of range
 */
export function readLogRequest(pod: StoredObject, query: URLSearchParams): LogRequest | undefined {
  const tailLines = wholeNumber(query, 'tailLines');
  const limitBytes = wholeNumber(query, 'limitBytes');
  checkNumbers(pod.metadata.name, tailLines, limitBytes);
  for (const option of ['sinceSeconds', 'sinceTime']) {
    if (query.has(option)) throw badRequest(`${option} is not served by this API; valid: tailLines, limitBytes`);
  }
  const { target, status } = findContainer(pod, query.get('container'));
  if (!(pod as { spec?: { nodeName?: string } }).spec?.nodeName) return undefined;
  const previous = flag(query, 'previous');
  checkState({ target, status }, previous);
  return {
    target,
    options: {
      follow: flag(query, 'follow'),
      previous,
      timestamps: flag(query, 'timestamps'),
      ...(tailLines === undefined ? {} : { tailLines }),
      ...(limitBytes === undefined ? {} : { limitBytes }),
    },
  };
}

function checkNumbers(pod: string, tailLines: number | undefined, limitBytes: number | undefined): void {
  const problems: FieldProblem[] = [];
  if (tailLines !== undefined && tailLines < 0) {
    problems.push(invalidValue('tailLines', tailLines, 'must be greater than or equal to 0'));
  }
  if (limitBytes !== undefined && limitBytes < 1) {
    problems.push(invalidValue('limitBytes', limitBytes, 'must be greater than 0'));
  }
  if (problems.length > 0) throw invalid('PodLogOptions', pod, problems);
}

function checkState({ target: { pod, container }, status }: FoundContainer, previous: boolean): void {
  if (previous) {
    if (status?.lastState?.terminated !== undefined) return;
    throw badRequest(`previous terminated container "${container}" in pod "${pod}" not found`);
  }
  const { running, terminated, waiting } = status?.state ?? {};
  if (running !== undefined || terminated !== undefined) return;
  // A container that is about to be started again still has the log of its last run.
  if (status?.lastState?.terminated !== undefined) return;
  const reason = waiting?.reason ?? 'ContainerCreating';
  throw badRequest(`container "${container}" in pod "${pod}" is waiting to start: ${reason}`);
}
