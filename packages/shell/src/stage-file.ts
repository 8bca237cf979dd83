import { goBool, type JobPaths, type RunnerConfig, type Stage, type Variables } from '@podwright/core';
import { quote } from './quote.ts';

/**
 * The file that the supervisor runs for a stage, as `SHELL FILE CI_JOB_STATUS NAME_OF_SHELL`: variables, options, then
 * the script. Under `errexit` and, where the shell knows it, `pipefail`; the exit code is that of the command that failed.
 * An inline stage is its script and nothing else.
 */
export function stageFile(stage: Stage, paths: JobPaths, variables: Variables, runner: RunnerConfig): string {
  if (stage.inline === true) return stage.script;
  const trace = goBool(variables.get('CI_DEBUG_TRACE')) === true && !runner.debug_trace_disabled;
  return [
    // Ends after the command that runs: some shells print the script when a signal ends them.
    "trap 'exit 143' TERM",
    `. ${quote(`${paths.jobDir}/variables`)}`,
    ...(stage.container === 'helper' ? [`. ${quote(`${paths.jobDir}/variables.helper`)}`] : []),
    'export CI_JOB_STATUS="$1"',
    // To try it out takes a process.
    'case $2 in bash) set -o pipefail ;; *) (set -o pipefail) 2>/dev/null && set -o pipefail ;; esac',
    'set --',
    'set -o errexit',
    // Not before the variables, which would all be printed.
    ...(trace ? ['set -o xtrace'] : []),
    stage.script,
  ].join('\n');
}
