import type { JobDependency, PlanRequest } from '@podwright/core';
import { helperCommand, option, withHelperProgram } from './helper-command.ts';
import { quote } from './quote.ts';
import { notice } from './script-lines.ts';

/** The jobs whose artifacts the job gets. None without a coordinator to get them from. */
export function downloads({ payload, runner }: PlanRequest): JobDependency[] {
  if (runner.url === '') return [];
  return payload.dependencies.filter(({ artifacts_file }) => (artifacts_file?.filename ?? '') !== '');
}

/** The script of `download_artifacts`; fails with the first download that does. */
export function downloadArtifactsScript(
  dependencies: readonly JobDependency[],
  { paths, runner }: PlanRequest,
): string {
  const lines = dependencies.flatMap(({ id, name, token }) => [
    notice(`Downloading artifacts for ${name} (${id})...`),
    helperCommand('artifacts-downloader', [
      ...option('url', runner.url),
      ...option('token', token),
      ...option('id', id),
    ]),
  ]);
  return [`cd ${quote(paths.projectDir)}`, ...withHelperProgram('Artifacts downloading', lines), ''].join('\n');
}
