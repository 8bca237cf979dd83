import { ClusterApiError, ConnectionLostError } from '@podwright/core';
import { parseStatus, statusText } from './api-error.ts';
import { isPassingTrouble } from './repeat.ts';

/** How a program in a container ended, as told on the error channel. */
export type ExecEnd = { readonly exitCode: number } | { readonly error: ClusterApiError | ConnectionLostError };

/**
 * Reads the Status that ends an exec. Only an exit code says that the program ended: a Status about a connection that
 * broke behind the API server is a lost connection, any other one says that the program could not be run.
 * @param what what was asked, such as `exec pods/exec ci/job-1`
 */
export function execEnd(what: string, text: string): ExecEnd {
  const status = parseStatus(text);
  if (status === undefined) return { error: new ConnectionLostError(`${what}: ended with a status that is none`) };
  if (status.status === 'Success') return { exitCode: 0 };

  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message ?? '';
  if (status.reason === 'NonZeroExitCode' && /^\d{1,9}$/.test(cause)) return { exitCode: Number(cause) };

  const message = `${what}: ${statusText(status)}`;
  if (isPassingTrouble(message)) return { error: new ConnectionLostError(message) };
  return { error: new ClusterApiError(message, status.code ?? 500, status.reason ?? '') };
}
