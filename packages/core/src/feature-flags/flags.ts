/** A feature flag that changes how jobs run. */
export interface FeatureFlag {
  /** What is true of a job that says nothing; absent: what the helper program takes for the default. */
  readonly default?: boolean;
  /** GitLab's major version from which on it is true of a job that says nothing, whatever `default` says. */
  readonly defaultFrom?: number;
  /** What it means to switch it on. */
  readonly meaning: string;
  /** Whether the helper program reads it, from the variable of that name. */
  readonly helper?: boolean;
  /** Whether it came after GitLab Runner 13.11. */
  readonly later?: boolean;
}

const acting = {
  FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY: {
    default: false,
    meaning: 'The exec strategy: each stage is an exec of its own, and does not outlive its connection.',
  },
  FF_USE_DIRECT_DOWNLOAD: {
    default: true,
    meaning: "The first try to download artifacts goes to GitLab's object storage.",
    helper: true,
  },
  FF_USE_FASTZIP: {
    meaning: "The faster one of `gitlab-runner-helper`'s archivers is used.",
    helper: true,
  },
  FF_USE_GIT_NATIVE_CLONE: {
    default: false,
    meaning: 'New working copies are made by `git clone`, with `GIT_CLONE_EXTRA_FLAGS`.',
    later: true,
  },
  FF_HASH_CACHE_KEYS: {
    default: false,
    meaning: 'The SHA-256 of a cache key, in hex, takes its place; it is not sanitised then.',
    later: true,
  },
  FF_TIMESTAMPS: {
    default: false,
    // Parsed since 17.1; a GitLab that does not know them would show them as text.
    defaultFrom: 18,
    meaning: 'Each line that GitLab gets begins with its time, which GitLab shows beside it (17.1 and later).',
    later: true,
  },
  FF_DISABLE_UMASK_FOR_KUBERNETES_EXECUTOR: {
    default: false,
    meaning: 'What the helper makes has the permissions of its own umask, instead of being writable for everybody.',
    later: true,
  },
} as const satisfies Readonly<Record<string, FeatureFlag>>;

export type FeatureFlagName = keyof typeof acting;

/** The feature flags that have an effect here. */
export const featureFlags: Readonly<Record<FeatureFlagName, FeatureFlag>> = acting;

/** Whether a feature flag of that name has an effect here. */
export function isFeatureFlag(name: string): name is FeatureFlagName {
  return Object.hasOwn(featureFlags, name);
}
