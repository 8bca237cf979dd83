import { expect, test } from 'vitest';
import { CoordinatorUnreachableError } from './errors.ts';
import { Reachability } from './reachability.ts';
import type { Outcome } from './repeat.ts';
import { recordingLogger } from './test-kit/quick.ts';

const away: Outcome = { kind: 'unreachable', error: new CoordinatorUnreachableError('connect refused') };
const trouble = answered(502);

function answered(status: number): Outcome {
  return { kind: 'answered', answer: { status, headers: {}, body: '' } };
}

test('trouble is told at its first sign and at its end', () => {
  const logger = recordingLogger();
  const reachability = new Reachability(logger);
  for (const outcome of [answered(204), away, away, trouble, answered(201), answered(403), trouble, answered(204)]) {
    reachability.note('POST /jobs/request', outcome, true);
  }
  const told = logger.lines.map((line) => line.replace(/^\S+ /, ''));
  expect(told).toEqual([
    'GitLab has trouble or cannot be reached, trying again: connect refused',
    'GitLab answers again',
    'GitLab has trouble or cannot be reached, trying again: POST /jobs/request: HTTP 502',
    'GitLab answers again',
  ]);
});

test('what fails for good is left to others, its end is not', () => {
  const logger = recordingLogger();
  const reachability = new Reachability(logger);
  reachability.note('POST /jobs/request', away, false);
  expect(logger.lines).toEqual([]);
  reachability.note('POST /jobs/request', answered(204), false);
  expect(logger.lines).toEqual(['{"seconds":0} GitLab answers again']);
});
