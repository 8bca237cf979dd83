import { JobRejectedError, type Plan, type PlanRequest } from '@podwright/core';
import { fileVariables } from './file-variables.ts';
import { planFile } from './plan-file.ts';
import { stageFile } from './stage-file.ts';
import { supervisor } from './supervisor-text.ts';
import { helperVariablesFile, maxFileBytes, variablesFile } from './variables-file.ts';

/**
 * The files that must be in `paths.jobDir`: supervisor, plan, variables, one script per stage, one file per file
 * variable. Names are good as a Secret's keys.
 * @throws JobRejectedError for what is too large or cannot be passed on
 */
export function jobFiles(plan: Plan, request: PlanRequest): ReadonlyMap<string, string> {
  const { variables, paths, runner } = request;
  const files = new Map([
    ['supervisor.sh', supervisor],
    ['plan', planFile(plan, request)],
    ['variables', variablesFile(variables, paths)],
    ['variables.helper', helperVariablesFile(variables, paths, runner)],
  ]);
  for (const stage of plan.stages) {
    files.set(`stage.${stage.name}`, fitting(stage.name, stageFile(stage, paths, variables, runner)));
  }
  for (const { key, value } of fileVariables(variables)) files.set(`file.${key}`, value);
  return files;
}

function fitting(stage: string, script: string): string {
  const size = Buffer.byteLength(script);
  if (size <= maxFileBytes) return script;
  throw new JobRejectedError(`the script of ${stage} has ${size} bytes, at most ${maxFileBytes} are possible`, {
    hint: 'put it into a file of the repository',
  });
}
