import type { RunnerConfig } from '../config/runner-config.ts';
import { shortToken } from './names.ts';
import type { JobPaths } from './paths.ts';
import type { JobPayload } from './payload.ts';
import { Variables, type Variable } from './variables.ts';

/** What a job can know of the program that runs it. */
export interface RunnerFacts {
  readonly version: string;
  readonly revision: string;
  /** In Go's words, such as `linux/amd64`. */
  readonly architecture: string;
}

/** Where a job stands among the running ones of its runner. */
export interface JobSlot {
  readonly concurrentId: number;
  readonly concurrentProjectId: number;
}

/**
 * A job's variables in GitLab's order, expanded once (`pod-spec` 0.4): the runner's own, its `environment`, the
 * directories, the payload's, the runner's versions. Later ones win. The job's token and the passwords of registries and
 * of the repository are secrets of the list.
 * @param secretNames variables to be treated as masked, whoever set them
 */
export function assembleVariables(
  payload: JobPayload,
  runner: RunnerConfig,
  paths: JobPaths,
  facts: RunnerFacts,
  slot: JobSlot,
  secretNames: ReadonlySet<string> = new Set(),
): Variables {
  const image = payload.image?.name ?? '';
  const all: Variable[] = [
    ...(image === '' ? [] : [own('CI_JOB_IMAGE', image)]),
    own('CI_RUNNER_SHORT_TOKEN', shortToken(runner.token)),
    ...runner.environment.map(environmentEntry),
    own('CI_BUILDS_DIR', paths.buildsDir),
    own('CI_PROJECT_DIR', paths.projectDir),
    own('CI_CONCURRENT_ID', String(slot.concurrentId)),
    own('CI_CONCURRENT_PROJECT_ID', String(slot.concurrentProjectId)),
    own('CI_SERVER', 'yes'),
    own('CI_JOB_STATUS', 'running'),
    ...payload.variables,
    own('CI_DISPOSABLE_ENVIRONMENT', 'true'),
    own('CI_RUNNER_VERSION', facts.version),
    own('CI_RUNNER_REVISION', facts.revision),
    own('CI_RUNNER_EXECUTABLE_ARCH', facts.architecture),
  ];
  const marked = all.map((variable) => (secretNames.has(variable.key) ? { ...variable, masked: true } : variable));
  return new Variables(marked, otherSecrets(payload)).expanded();
}

function otherSecrets({ token, credentials, dependencies, git_info }: JobPayload): string[] {
  const tokens = [token, ...dependencies.map((dependency) => dependency.token)];
  return [...tokens, ...credentials.map(({ password }) => password), ...passwordsIn(git_info.repo_url)];
}

/** The password of a URL as it is written, and as git and programs understand it. */
function passwordsIn(url: string): string[] {
  const written = /^[a-z]+:\/\/[^/:@]*:([^/@]*)@/i.exec(url)?.[1] ?? '';
  const encoded = URL.canParse(url) ? new URL(url).password : '';
  return [written, encoded, decoded(encoded)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function own(key: string, value: string): Variable {
  return { key, value, internal: true, public: true };
}

function environmentEntry(entry: string): Variable {
  const at = entry.indexOf('=');
  return { key: entry.slice(0, at), value: entry.slice(at + 1), internal: true, public: true };
}
