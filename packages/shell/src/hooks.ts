import type { PlanRequest } from '@podwright/core';
import { userCommands } from './script-lines.ts';

/** Commands before the sources are fetched: the runner's, then the job's. */
export function preGetSourcesLines({ runner, payload }: PlanRequest): string[] {
  const own = [runner.pre_clone_script, runner.pre_get_sources_script].filter((script) => script !== '');
  return userCommands([...own, ...hook(payload, 'pre_get_sources_script')]);
}

/** Commands after the sources and the submodules are there: the job's, then the runner's. */
export function postGetSourcesLines({ runner, payload }: PlanRequest): string[] {
  const own = [runner.post_get_sources_script].filter((script) => script !== '');
  return userCommands([...hook(payload, 'post_get_sources_script'), ...own]);
}

function hook({ hooks }: PlanRequest['payload'], name: string): readonly string[] {
  return hooks.find((given) => given.name === name)?.script ?? [];
}
