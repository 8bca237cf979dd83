/** A feature flag of GitLab Runner that changes nothing here. */
export interface OtherFlag {
  /** What podwright does is what this value asks for, whatever the flag says; absent: neither value means anything. */
  readonly like?: boolean;
  readonly why: string;
}

const always = (why: string): OtherFlag => ({ like: true, why });
const never = (why: string): OtherFlag => ({ like: false, why });
const foreign = (why: string): OtherFlag => ({ why });

const otherExecutor = foreign('it is for another executor');
const windows = foreign('it is for Windows');
const later = never('podwright does not have it');

/** The feature flags that GitLab Runner has, or once had, and that have no effect here. */
export const otherFlags: Readonly<Record<string, OtherFlag>> = {
  FF_CLEAN_UP_FAILED_CACHE_EXTRACT: later,
  FF_CMD_DISABLE_DELAYED_ERROR_LEVEL_EXPANSION: windows,
  FF_CONCRETE: later,
  FF_DISABLE_AUTOMATIC_TOKEN_ROTATION: always("the runner's token is never changed"),
  FF_DISABLE_POWERSHELL_STDIN: windows,
  FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR: otherExecutor,
  FF_DOCKER_HELPER_IMAGE_V2: otherExecutor,
  FF_ENABLE_BASH_EXIT_CODE_CHECK: never('the first command that fails ends the script in any case'),
  FF_ENABLE_JOB_CLEANUP: never('the sources go with the Pod, unless they are on a volume of yours'),
  FF_ENABLE_JOB_INPUTS_INTERPOLATION: later,
  FF_GITLAB_REGISTRY_HELPER_IMAGE: always(
    "the helper image comes from GitLab's registry unless `helper_image` says otherwise",
  ),
  FF_GIT_URLS_WITHOUT_TOKENS: always('credentials are never in the URL that git keeps'),
  FF_KUBERNETES_HONOR_ENTRYPOINT: never('the entrypoint of the build image is not run'),
  FF_LOG_IMAGES_CONFIGURED_FOR_JOB: never('`podwright pod` shows the images'),
  FF_MASK_ALL_DEFAULT_TOKENS: never('what GitLab marks as masked is masked, and all passwords and tokens of the job'),
  FF_NETWORK_PER_BUILD: otherExecutor,
  FF_POSIXLY_CORRECT_ESCAPES: always('scripts are quoted for any POSIX shell'),
  FF_PRINT_POD_EVENTS: never('warnings of the cluster are shown when a Pod fails'),
  FF_RESET_HELPER_IMAGE_ENTRYPOINT: otherExecutor,
  FF_RESOLVE_FULL_TLS_CHAIN: never('CI_SERVER_TLS_CA_FILE is what the job brings'),
  FF_RETRIEVE_POD_WARNING_EVENTS: always('warnings of the cluster are shown when a Pod fails'),
  FF_SCRIPT_SECTIONS: later,
  FF_SCRIPT_TO_STEP_MIGRATION: later,
  FF_SECRET_RESOLVING_FAILS_IF_MISSING: foreign('podwright resolves no secrets of vaults'),
  FF_SET_PERMISSIONS_BEFORE_CLEANUP: later,
  FF_SHELL_EXECUTOR_USE_LEGACY_PROCESS_KILL: otherExecutor,
  FF_SKIP_DOCKER_MACHINE_PROVISION_ON_CREATION_FAILURE: otherExecutor,
  FF_SKIP_NOOP_BUILD_STAGES: always('a stage that has nothing to do is not run'),
  FF_SUSPENDABLE_ENVIRONMENTS: later,
  FF_USE_ADAPTIVE_REQUEST_CONCURRENCY: later,
  FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: never('a plugin can change any field of the Pod'),
  FF_USE_DUMB_INIT_WITH_KUBERNETES_EXECUTOR: never('the supervisor is the first process of its container'),
  FF_USE_EXPONENTIAL_BACKOFF_STAGE_RETRY: never('there is no pause between the attempts of a stage'),
  FF_USE_GITALY_CORRELATION_ID: later,
  FF_USE_GIT_BUNDLE_URIS: later,
  FF_USE_GIT_PROACTIVE_AUTH: later,
  FF_USE_GO_CLOUD_WITH_CACHE_ARCHIVER: foreign('caches are sent to pre-signed URLs'),
  FF_USE_INIT_WITH_DOCKER_EXECUTOR: otherExecutor,
  FF_USE_JOB_ROUTER: later,
  FF_USE_LEGACY_BASH_EVAL: never("exit codes are the script's own"),
  FF_USE_LEGACY_GCS_CACHE_ADAPTER: foreign('caches are sent to pre-signed URLs'),
  FF_USE_LEGACY_S3_CACHE_ADAPTER: foreign('caches are sent to pre-signed URLs'),
  FF_USE_NEW_BASH_EVAL_STRATEGY: always("exit codes are the script's own"),
  FF_USE_NEW_SHELL_ESCAPE: always('scripts are quoted for any POSIX shell'),
  FF_USE_PARALLEL_ARTIFACT_TRANSFER: later,
  FF_USE_PARALLEL_CACHE_TRANSFER: later,
  FF_USE_POD_ACTIVE_DEADLINE_SECONDS: always('a Pod always has a deadline'),
  FF_USE_POWERSHELL_PATH_RESOLVER: windows,
  FF_USE_WINDOWS_JOB_OBJECT: windows,
  FF_USE_WINDOWS_LEGACY_PROCESS_STRATEGY: windows,
  FF_WAIT_FOR_POD_TO_BE_REACHABLE: always('nothing runs before the container answers'),
};
