import {
  JobRejectedError,
  featureFlag,
  isStep,
  needsStep,
  type Plan,
  type PlanRequest,
  type Stage,
} from '@podwright/core';
import { filesFolder, fileVariables } from './file-variables.ts';

/**
 * The plan as the supervisor reads it: lines of a word and a value.
 * A stage is `stage CONTAINER CONDITION FLAGS ATTEMPTS SECONDS NAME`; 0 seconds means no limit of its own.
 * @throws JobRejectedError for a path that has line breaks
 */
export function planFile(plan: Plan, { paths, variables, runner }: PlanRequest): string {
  const lines = [
    `nonce ${plan.nonce}`,
    `strategy ${plan.strategy}`,
    `umask ${featureFlag('FF_DISABLE_UMASK_FOR_KUBERNETES_EXECUTOR', runner, variables) ? 'own' : 'open'}`,
    `control ${paths.controlDir}`,
    `tmp ${paths.tmpDir}`,
    `files_build ${filesFolder(paths, 'build')}`,
    `files_helper ${filesFolder(paths, 'helper')}`,
    `timeout ${plan.timeoutSeconds}`,
    `shell ${runner.shell === '' ? 'bash' : runner.shell}`,
    ...fileVariables(variables).map(({ key }) => `file ${key}`),
    ...plan.stages.map(stageLine),
  ];
  const broken = lines.find((line) => line.includes('\n'));
  if (broken !== undefined) throw new JobRejectedError(`a path has a line break: ${JSON.stringify(broken)}`);
  return `${lines.join('\n')}\n`;
}

function stageLine(stage: Stage): string {
  const { container, condition, attempts, timeoutSeconds, name } = stage;
  return `stage ${container} ${condition} ${flags(stage).join(',')} ${attempts} ${timeoutSeconds ?? 0} ${name}`;
}

/** Never empty, as the supervisor splits at spaces. */
function flags(stage: Stage): string[] {
  const { afterCancel, afterTimeout, countsForResult, inline } = stage;
  return [
    'stage',
    ...(afterCancel === true ? ['after_cancel'] : []),
    ...(afterCancel === 'once_begun' ? ['after_cancel_once_begun'] : []),
    ...(afterTimeout ? ['after_timeout'] : []),
    ...(countsForResult ? ['counts'] : []),
    ...(inline === true ? ['inline'] : []),
    ...(isStep(stage) ? ['step'] : []),
    ...(needsStep(stage) ? ['needs_step'] : []),
  ];
}
