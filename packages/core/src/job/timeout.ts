import type { JobPayload } from './payload.ts';

/** GitLab's limit for a job of which it says none. */
const defaultSeconds = 7200;

/** Seconds that a job's stages may take together. */
export function jobTimeoutSeconds({ runner_info }: JobPayload): number {
  return runner_info.timeout > 0 ? runner_info.timeout : defaultSeconds;
}
