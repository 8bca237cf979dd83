import type { JobArtifact, PlanRequest } from '@podwright/core';
import { expandedOptions, helperCommand, option, withHelperProgram } from './helper-command.ts';
import { quote } from './quote.ts';
import { notice } from './script-lines.ts';

/** The artifacts that name files. None without a coordinator, or without a token to hand them over with. */
export function uploads({ payload, runner }: PlanRequest): JobArtifact[] {
  if (runner.url === '' || payload.token === '') return [];
  return payload.artifacts.filter(
    ({ paths = [], exclude = [], untracked = false }) => paths.length > 0 || exclude.length > 0 || untracked,
  );
}

/** The script of `upload_artifacts_on_success` and `…_on_failure`; the first upload that fails ends it. */
export function uploadArtifactsScript(artifacts: readonly JobArtifact[], request: PlanRequest): string {
  const lines = artifacts.flatMap((artifact) =>
    withHelperProgram('Uploading artifacts', [
      notice('Uploading artifacts...'),
      helperCommand('artifacts-uploader', uploadOptions(artifact, request)),
    ]),
  );
  return [`cd ${quote(request.paths.projectDir)}`, ...lines, ''].join('\n');
}

function uploadOptions(artifact: JobArtifact, { payload, runner, variables }: PlanRequest): string[] {
  const { name = '' } = artifact;
  return [
    ...option('url', runner.url),
    ...option('token', payload.token),
    ...option('id', payload.id),
    ...expandedOptions('path', artifact.paths, variables),
    ...expandedOptions('exclude', artifact.exclude, variables),
    ...(artifact.untracked === true ? ['--untracked'] : []),
    ...(name === '' ? [] : expandedOptions('name', [name], variables)),
    ...option('expire-in', artifact.expire_in),
    ...option('artifact-format', artifact.artifact_format),
    ...option('artifact-type', artifact.artifact_type),
  ];
}
