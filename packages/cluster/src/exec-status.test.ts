import { describe, expect, test } from 'vitest';
import { execEnd } from './exec-status.ts';

const what = 'exec in container build of pod ci/job-1';

function failure(reason: string, message: string, causes: object[] = []): string {
  return JSON.stringify({ metadata: {}, status: 'Failure', reason, message, details: { causes }, code: 500 });
}

describe('the status that ends an exec', () => {
  test.each([
    ['success is 0', '{"metadata":{},"status":"Success"}', 0],
    [
      'the exit code is in the causes',
      failure('NonZeroExitCode', 'command terminated with exit code 137', [{ reason: 'ExitCode', message: '137' }]),
      137,
    ],
  ])('%s', (_, text, exitCode) => {
    expect(execEnd(what, text)).toEqual({ exitCode });
  });

  test.each([
    ['a program that is not there', failure('InternalError', 'exec: "/no/such": no such file'), 'CLUSTER_API'],
    [
      'an exit code that is no number',
      failure('NonZeroExitCode', 'odd', [{ reason: 'ExitCode', message: '0x1' }]),
      'CLUSTER_API',
    ],
    ['an exit code that is missing', failure('NonZeroExitCode', 'odd'), 'CLUSTER_API'],
    ['a broken connection to the kubelet', failure('InternalError', 'error dialing backend: EOF'), 'CONNECTION_LOST'],
    ['half a status', '{"metadata":{},"status":"Succ', 'CONNECTION_LOST'],
    ['JSON that is no status', '{"status":"Done"}', 'CONNECTION_LOST'],
    ['a number', '0', 'CONNECTION_LOST'],
  ])('%s is an error, never success', (_, text, code) => {
    expect(execEnd(what, text)).toMatchObject({ error: { code, message: expect.stringContaining(what) as string } });
  });
});
