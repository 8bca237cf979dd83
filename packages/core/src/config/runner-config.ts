import { z } from 'zod';

/** What `[podwright]` in `config.toml` may say. */
const podwrightConfigSchema = z.strictObject({
  /** npm packages of third-party plugins, loaded in this order after the built-in ones. */
  plugins: z.array(z.string()).default([]),
  /** Names of built-in plugins to leave out. */
  disabled_plugins: z.array(z.string()).default([]),
  /** Whether the patterns of `*_overwrite_allowed` keys must match the whole value, or may match anywhere in it. */
  overwrite_match: z.enum(['whole', 'partial']).default('whole'),
});

/** One `[[runners]]` table without `[runners.kubernetes]`, whose keys belong to plugins. Keys are GitLab Runner's. */
export const runnerConfigSchema = z.strictObject({
  name: z.string().default(''),
  url: z.string().default(''),
  token: z.string().default(''),
  executor: z.literal('kubernetes', { error: 'podwright has one executor: "kubernetes"' }).default('kubernetes'),
  /** Jobs at once of this runner; 0 means no limit of its own. */
  limit: z.int().min(0).default(0),
  /** KiB of log kept per job; 0 means 4096. */
  output_limit: z.int().min(0).default(0),
  request_concurrency: z.int().default(1),
  /** `KEY=value` entries, set before the job's own variables. */
  environment: z.array(z.string().regex(/^[^=]+=/, 'must be KEY=value')).default([]),
  /** Absolute path of the sources volume; empty means `/builds`. */
  builds_dir: z.string().default(''),
  /** Absolute path for local caches; empty means `/cache`. */
  cache_dir: z.string().default(''),
  /** Replaces scheme and host of the repository's URL. */
  clone_url: z.string().default(''),
  pre_clone_script: z.string().default(''),
  pre_build_script: z.string().default(''),
  post_build_script: z.string().default(''),
  /** `bash` (also when empty) prefers bash and falls back to sh; `sh` is sh. */
  shell: z.enum(['', 'bash', 'sh']).default(''),
  debug_trace_disabled: z.boolean().default(false),
  feature_flags: z.record(z.string(), z.boolean()).default({}),
  'tls-ca-file': z.string().default(''),
  'tls-cert-file': z.string().default(''),
  'tls-key-file': z.string().default(''),
});

/** The keys of the file outside `[[runners]]`. */
export const globalConfigSchema = z.strictObject({
  concurrent: z.int().min(1).default(1),
  /** Seconds between two requests for a job; 0 means 3. */
  check_interval: z.int().min(0).default(0),
  log_level: z.enum(['debug', 'info', 'warn', 'error', 'fatal', 'panic']).default('info'),
  log_format: z.enum(['runner', 'text', 'json']).default('runner'),
  listen_address: z.string().default(''),
  sentry_dsn: z.string().default(''),
  /** Seconds that running jobs get at shutdown; 0 means 30. */
  shutdown_timeout: z.int().min(0).default(0),
  podwright: podwrightConfigSchema.prefault({}),
});

/** Keys of `[runners.kubernetes]` that belong to the life of the Pod itself, and so to core. */
export const executorConfigSchema = z.strictObject({
  /** Accepted for compatibility; has no effect, as nothing polls. */
  poll_interval: z.int().default(0),
  /** Seconds a Pod may take until its containers run; 0 or less means 180. */
  poll_timeout: z.int().default(0),
  /** Seconds between the polite and the hard stop of a deleted Pod's processes. */
  terminationGracePeriodSeconds: z.int().min(0).default(0),
});

export type ExecutorConfig = z.output<typeof executorConfigSchema>;

/** One runner of the file, with every default filled in. */
export interface RunnerConfig extends z.output<typeof runnerConfigSchema> {
  readonly executorConfig: ExecutorConfig;
  /** The valid part of `[runners.kubernetes]`, by owner: plugin name to its parsed keys. */
  readonly kubernetes: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** A whole `config.toml`, with every default filled in. */
export interface Config extends z.output<typeof globalConfigSchema> {
  readonly runners: readonly RunnerConfig[];
}
