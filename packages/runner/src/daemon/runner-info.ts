import type { RunnerConfig } from '@podwright/core';
import type { RunnerInfo } from '@podwright/gitlab';
import { goPlatform } from '../go-platform.ts';
import { version } from '../version.ts';

/** What podwright can do, in GitLab's names. GitLab hands a job only to runners that can do all it needs. */
const features = {
  variables: true,
  raw_variables: true,
  image: true,
  services: true,
  service_variables: true,
  service_multiple_aliases: true,
  artifacts: true,
  artifacts_exclude: true,
  upload_multiple_artifacts: true,
  upload_raw_artifacts: true,
  cache: true,
  fallback_cache_keys: true,
  refspecs: true,
  masking: true,
  multi_build_steps: true,
  cancelable: true,
  cancel_gracefully: true,
  return_exit_code: true,
  trace_checksum: true,
  trace_size: true,
  two_phase_job_commit: true,
} as const;

/** What GitLab is told of a runner. */
export function runnerInfo({ shell }: Pick<RunnerConfig, 'shell'>): RunnerInfo {
  const { platform, architecture } = goPlatform();
  return {
    name: 'podwright',
    version,
    revision: 'HEAD',
    platform,
    architecture,
    executor: 'kubernetes',
    shell: shell || 'bash',
    features,
  };
}
