import type { RunnerConfig } from '../config/runner-config.ts';
import type { JobPayload } from './payload.ts';

/** Prefixes that GitLab puts before the random part of a runner token. */
const tokenPrefix = /^(glrtr-|glrt-(t\d_)?|glcbt-)/;

/** The part of a runner's token that may be shown: its first 9 characters behind a known prefix (19.x); 8 without one. */
export function shortToken(token: string): string {
  const prefix = tokenPrefix.exec(token)?.[0] ?? '';
  return token.slice(prefix.length, prefix.length + (prefix === '' ? 8 : 9));
}

/**
 * The name that a job's objects share: `runner-<short token>-project-<id>-concurrent-<slot>`, made fit for DNS as 13.11
 * does (lower case, characters outside `[-a-z0-9]` removed, leading dashes cut, 63 at most).
 */
export function uniqueName(runner: RunnerConfig, payload: JobPayload, slot: number): string {
  const name = `runner-${shortToken(runner.token)}-project-${payload.job_info.project_id}-concurrent-${slot}`;
  return dnsLabel(name);
}

/** The Pod's name: the unique name cut to 54 characters, a dash and 8 random ones (19.x). */
export function podName(unique: string, random: string): string {
  return `${unique.slice(0, 54)}-${random}`;
}

/** Lower case, without characters outside `[-a-z0-9]` and leading dashes, 63 at most, as 13.11 does. */
export function dnsLabel(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^-a-z0-9]/g, '')
    .replace(/^-+/, '')
    .slice(0, 63);
}
