import type { Shell } from '@podwright/core';
import { cacheKeys } from './cache-plan.ts';
import { jobFiles } from './job-files.ts';
import { jobPlan } from './job-plan.ts';

/** The shell of a job: GitLab's stage scripts, and the supervisor that runs them inside the Pod. Stateless. */
export function createShell(): Shell {
  return {
    cacheKeys,
    plan: jobPlan,
    files: jobFiles,
    containerCommand: (container, { jobDir }) => ['sh', `${jobDir}/supervisor.sh`, container],
    followCommand: ({ jobDir }, { logOffset, eventLine }) => [
      'sh',
      `${jobDir}/supervisor.sh`,
      'follow',
      String(logOffset),
      String(eventLine),
    ],
    stageCommand: ({ jobDir }, { number, attempt, status, begun, seconds }) => [
      'sh',
      `${jobDir}/supervisor.sh`,
      'stage',
      String(number),
      String(attempt),
      status,
      begun ? 'yes' : 'no',
      String(seconds),
    ],
    cancelCommand: ({ jobDir }) => ['sh', `${jobDir}/supervisor.sh`, 'cancel'],
  };
}
