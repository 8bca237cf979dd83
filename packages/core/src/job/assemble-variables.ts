import type { RunnerConfig } from '../config/runner-config.ts';
import { shortToken } from './names.ts';
import type { JobPaths } from './paths.ts';
import type { JobPayload } from './payload.ts';
import type { Variable } from './variable.ts';
import { Variables } from './variables.ts';

/** Characters of a line of a key that are worth hiding. */
const keyLine = 16;

/** What a job can know of the program that runs it. */
export interface RunnerFacts {
  readonly version: string;
  readonly revision: string;
  /** In Go's words, such as `linux/amd64`. */
  readonly architecture: string;
  /** Files for speaking with GitLab; jobs get them as file variables. */
  readonly serverTls?: ServerTls;
}

/** Contents of PEM files; each is optional. */
export interface ServerTls {
  /** Authorities of GitLab's certificate. */
  readonly ca?: string;
  /** The runner's own certificate. */
  readonly cert?: string;
  /** The key of `cert`. */
  readonly key?: string;
}

/** Where a job stands among the running ones of its runner. */
export interface JobSlot {
  readonly concurrentId: number;
  readonly concurrentProjectId: number;
}

/**
 * A job's variables in GitLab's order, expanded once (`pod-spec` 0.4): the runner's own, its `environment`, the
 * directories, GitLab's certificates, the payload's, the runner's versions. Later ones win. The job's token, the passwords of
 * registries and of the repository, and the lines of the runner's key are secrets of the list.
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
    ...certificates(facts.serverTls ?? {}),
    ...payload.variables,
    own('CI_DISPOSABLE_ENVIRONMENT', 'true'),
    own('CI_RUNNER_VERSION', facts.version),
    own('CI_RUNNER_REVISION', facts.revision),
    own('CI_RUNNER_EXECUTABLE_ARCH', facts.architecture),
  ];
  const marked = all.map((variable) => (secretNames.has(variable.key) ? { ...variable, masked: true } : variable));
  return new Variables(marked, [...otherSecrets(payload), ...linesOf(facts.serverTls?.key)]).expanded();
}

/** Raw: PEM has no references. The key must not be seen; certificates are shown to everybody who connects. */
function certificates({ ca, cert, key }: ServerTls): Variable[] {
  const files = { CI_SERVER_TLS_CA_FILE: ca, CI_SERVER_TLS_CERT_FILE: cert, CI_SERVER_TLS_KEY_FILE: key };
  return Object.entries(files).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [{ ...own(name, value), file: true, raw: true, masked: name === 'CI_SERVER_TLS_KEY_FILE' }];
  });
}

/** A key is hidden by line: `head` prints only some of them. */
function linesOf(key = ''): string[] {
  return key.split('\n').filter((line) => line.length >= keyLine && !line.startsWith('-'));
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
