import type { FlagKind, RegistrationFlag } from './flag.ts';
import { kubernetesFlags } from './kubernetes-flags.ts';

export const urlFlag: RegistrationFlag = {
  ...flag('--url', 'CI_SERVER_URL', 'text', 'URL of GitLab', 'url'),
  alias: '-u',
};

export const tokenFlag: RegistrationFlag = {
  ...flag('--token', 'CI_SERVER_TOKEN', 'text', 'authentication token of a runner that was made in GitLab'),
  alias: '-t',
  isSecret: true,
};

export const configFlag: RegistrationFlag = {
  ...flag('--config', 'CONFIG_FILE', 'text', 'path of the config.toml; default: config.toml'),
  alias: '-c',
};

/** Where the runner is, and as what it is known there. */
const gitlabFlags: readonly RegistrationFlag[] = [
  urlFlag,
  tokenFlag,
  {
    ...flag('--registration-token', 'REGISTRATION_TOKEN', 'text', 'registration token, to make a new runner with'),
    alias: '-r',
    isSecret: true,
  },
  {
    ...flag('--description', 'RUNNER_NAME', 'text', 'name of the runner; default: the host name', 'name'),
    alias: '--name',
  },
  flag('--tls-ca-file', 'CI_SERVER_TLS_CA_FILE', 'file', 'CA certificates (PEM) of GitLab', 'tls-ca-file'),
  flag('--tls-cert-file', 'CI_SERVER_TLS_CERT_FILE', 'file', 'client certificate (PEM) for GitLab', 'tls-cert-file'),
  flag('--tls-key-file', 'CI_SERVER_TLS_KEY_FILE', 'file', 'key of the client certificate (PEM)', 'tls-key-file'),
];

/** What GitLab keeps of a runner: only for registration tokens, it is set in GitLab for the others. */
export const reservedFlags: readonly RegistrationFlag[] = [
  flag('--tag-list', 'RUNNER_TAG_LIST', 'text', 'tags, separated by commas'),
  flag(
    '--run-untagged',
    'REGISTER_RUN_UNTAGGED',
    'boolean',
    'whether it takes jobs without tags; default: if it has none',
  ),
  flag('--locked', 'REGISTER_LOCKED', 'boolean', 'whether it stays with its project; default: true'),
  flag('--paused', 'REGISTER_PAUSED', 'boolean', 'whether it gets no jobs yet'),
  flag('--access-level', 'REGISTER_ACCESS_LEVEL', 'text', 'not_protected or ref_protected'),
  flag('--maximum-timeout', 'REGISTER_MAXIMUM_TIMEOUT', 'number', 'seconds that its jobs may take, at least 600'),
  flag('--maintenance-note', 'REGISTER_MAINTENANCE_NOTE', 'text', 'note for administrators'),
];

const runnerFlags: readonly RegistrationFlag[] = [
  flag('--executor', 'RUNNER_EXECUTOR', 'text', 'kubernetes, which is the only one', 'executor'),
  flag('--limit', 'RUNNER_LIMIT', 'number', 'jobs at once; 0: no limit of its own', 'limit'),
  flag(
    '--request-concurrency',
    'RUNNER_REQUEST_CONCURRENCY',
    'number',
    'requests for jobs at once',
    'request_concurrency',
  ),
  flag('--output-limit', 'RUNNER_OUTPUT_LIMIT', 'number', 'KiB of output that logs keep', 'output_limit'),
  { ...flag('--env', 'RUNNER_ENV', 'texts', 'variable of all jobs, KEY=value', 'environment'), isSecret: true },
  flag('--builds-dir', 'RUNNER_BUILDS_DIR', 'text', 'directory of the sources, in the Pod', 'builds_dir'),
  flag('--cache-dir', 'RUNNER_CACHE_DIR', 'text', 'directory of caches, in the Pod', 'cache_dir'),
  flag('--clone-url', 'CLONE_URL', 'text', "URL of GitLab for the jobs' sources", 'clone_url'),
  flag(
    '--pre-clone-script',
    'RUNNER_PRE_CLONE_SCRIPT',
    'text',
    'run before the sources are fetched',
    'pre_clone_script',
  ),
  flag('--pre-build-script', 'RUNNER_PRE_BUILD_SCRIPT', 'text', "run before the job's script", 'pre_build_script'),
  flag('--post-build-script', 'RUNNER_POST_BUILD_SCRIPT', 'text', "run after the job's script", 'post_build_script'),
  flag('--shell', 'RUNNER_SHELL', 'text', 'bash or sh', 'shell'),
  flag(
    '--debug-trace-disabled',
    'RUNNER_DEBUG_TRACE_DISABLED',
    'boolean',
    'whether CI_DEBUG_TRACE is ignored',
    'debug_trace_disabled',
  ),
];

const fileFlags: readonly RegistrationFlag[] = [
  configFlag,
  flag('--template-config', 'TEMPLATE_CONFIG_FILE', 'text', 'file with one [[runners]], for all that has no flag'),
  { ...flag('--non-interactive', 'REGISTER_NON_INTERACTIVE', 'boolean', 'ask nothing'), alias: '-n' },
  flag(
    '--leave-runner',
    'REGISTER_LEAVE_RUNNER',
    'boolean',
    'keep the runner in GitLab when the file cannot be written',
  ),
];

/** All flags of `podwright register`, by what they are about. */
export const registerFlags: Readonly<
  Record<'file' | 'gitlab' | 'reserved' | 'runner' | 'kubernetes', readonly RegistrationFlag[]>
> = {
  gitlab: gitlabFlags,
  reserved: reservedFlags,
  file: fileFlags,
  runner: runnerFlags,
  kubernetes: kubernetesFlags,
};

function flag(name: string, env: string, kind: FlagKind, description: string, key?: string): RegistrationFlag {
  return { flag: name, env, kind, description, ...(key !== undefined && { path: [key] }) };
}
