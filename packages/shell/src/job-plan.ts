import {
  featureFlag,
  jobTimeoutSeconds,
  JobRejectedError,
  type JobStep,
  type Plan,
  type PlanRequest,
  type Stage,
} from '@podwright/core';
import { cleanupScript, leavesFiles } from './cleanup.ts';
import { isExportable } from './exportable.ts';
import { fileStages } from './file-stages.ts';
import { getSourcesScript } from './get-sources.ts';
import { quote } from './quote.ts';
import { notice, userCommands, warning } from './script-lines.ts';
import { sourceOptions } from './source-options.ts';

const afterScriptSeconds = 300;
const cleanupSeconds = 60;

/** What most stages have in common. */
const common = { condition: 'on_success', afterCancel: false, afterTimeout: false, attempts: 1 } as const;

/**
 * All stages that apply to the job, in GitLab's order.
 * @throws JobRejectedError with everything that is wrong with the variables, the caches and the steps' names
 */
export function jobPlan(request: PlanRequest): Plan {
  const problems: string[] = [];
  const sources = sourceOptions(request, problems);
  const files = fileStages(request, problems);
  const { steps } = request.payload;
  const afterScript = steps.find((step) => step.name === 'after_script' && step.script.length > 0);
  const stages: Stage[] = [
    {
      ...common,
      name: 'prepare_script',
      title: 'Preparing environment',
      container: 'helper',
      countsForResult: true,
      inline: true,
      script: prepareScript(request),
    },
    {
      ...common,
      name: 'get_sources',
      title: 'Getting source from Git repository',
      container: 'helper',
      attempts: sources.attempts,
      countsForResult: true,
      inline: sources.strategy === 'none',
      script: getSourcesScript(request, sources),
    },
    ...files.before,
    ...steps.filter((step) => step.name !== 'after_script').map((step) => stepStage(step, request)),
    ...(afterScript === undefined ? [] : [afterScriptStage(afterScript, request)]),
    ...files.after,
    ...(leavesFiles(request, sources) ? [cleanupStage(request)] : []),
  ];
  problems.push(...nameProblems(stages));
  if (problems.length > 0) throw new JobRejectedError(problems.join('\n'));
  const { nonce, payload, runner, variables } = request;
  const legacy = featureFlag('FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY', runner, variables);
  return { nonce, strategy: legacy ? 'exec' : 'attach', timeoutSeconds: jobTimeoutSeconds(payload), stages };
}

function prepareScript({ variables, runner }: PlanRequest): string {
  const via = runner.name === '' ? '' : ` via ${runner.name}`;
  const left = variables.unique().filter((variable) => !isExportable(variable.key));
  return [
    'read -r pw_host </proc/sys/kernel/hostname || pw_host=unknown',
    `printf 'Running on %s%s...\\n' "$pw_host" ${quote(via)}`,
    ...left.map(({ key }) => warning(`WARNING: the variable ${key} is not set: no shell can export that name`)),
    '',
  ].join('\n');
}

function stepStage(step: JobStep, { paths, runner }: PlanRequest): Stage {
  const name = `step_${step.name.toLowerCase()}`;
  const commands = [runner.pre_build_script, ...step.script, runner.post_build_script];
  const last = commands.length - 1;
  return {
    ...common,
    name,
    title: `Executing "${name}" stage of the job script`,
    container: 'build',
    countsForResult: true,
    script: [
      `cd ${quote(paths.projectDir)}`,
      ...userCommands(commands.filter((command, at) => command !== '' || (at > 0 && at < last))),
      '',
    ].join('\n'),
  };
}

function afterScriptStage(step: JobStep, { paths }: PlanRequest): Stage {
  return {
    ...common,
    name: 'after_script',
    title: 'Running after_script',
    container: 'build',
    condition: 'always',
    afterCancel: true,
    timeoutSeconds: afterScriptSeconds,
    countsForResult: false,
    script: [`cd ${quote(paths.projectDir)}`, notice('Running after script...'), ...userCommands(step.script), ''].join(
      '\n',
    ),
  };
}

function cleanupStage({ paths, variables }: PlanRequest): Stage {
  return {
    name: 'cleanup_file_variables',
    title: 'Cleaning up file based variables',
    container: 'helper',
    condition: 'always',
    afterCancel: true,
    afterTimeout: true,
    attempts: 1,
    timeoutSeconds: cleanupSeconds,
    countsForResult: false,
    script: cleanupScript(paths, variables),
  };
}

/** Names become parts of file names and of the plan's lines. */
function nameProblems(stages: readonly Stage[]): string[] {
  const names = stages.map((stage) => stage.name);
  return names.flatMap((name, at) => {
    if (!/^[a-z0-9_.-]{1,200}$/.test(name)) {
      return [`the name of the step ${JSON.stringify(name)} has other characters than letters, digits, _ . and -`];
    }
    return names.indexOf(name) === at ? [] : [`two stages have the name ${JSON.stringify(name)}`];
  });
}
