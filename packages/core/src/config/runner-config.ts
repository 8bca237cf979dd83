import { z } from 'zod';
import { shownValue } from '../job/overwrite.ts';
import { absolutePath, environmentEntry, httpUrl, timerSeconds } from './fields.ts';

/** What `[podwright]` in `config.toml` may say. */
export const podwrightConfigSchema = z.strictObject({
  plugins: z
    .array(z.string())
    .default([])
    .describe('npm packages of third-party plugins, loaded in this order after the built-in ones.'),
  disabled_plugins: z.array(z.string()).default([]).describe('Names of built-in plugins to leave out.'),
  overwrite_match: z
    .enum(['whole', 'partial'])
    .default('whole')
    .describe(
      'Whether the patterns of `*_overwrite_allowed` keys must match the whole value, or may match anywhere in it.',
    ),
});

/** One `[[runners]]` table without `[runners.kubernetes]`, whose keys belong to plugins. Keys are GitLab Runner's. */
export const runnerConfigSchema = z.strictObject({
  name: z.string().default('').describe('Name of the runner, for logs and for choosing it.'),
  url: httpUrl.default('').describe('URL of GitLab.'),
  token: z.string().default('').describe('Token of the runner.'),
  executor: z
    .literal('kubernetes', {
      error: ({ input }) => `${shownValue(input)} is no executor; podwright has one: "kubernetes"`,
    })
    .default('kubernetes')
    .describe('`kubernetes`; runners of other executors are left out.'),
  limit: z.int().min(0).default(0).describe('Jobs at once of this runner; 0 means no limit of its own.'),
  output_limit: z.int().min(0).default(0).describe("KiB of a job's output that its log keeps; 0 means all."),
  request_concurrency: z.int().default(1).describe('Requests for jobs at once.'),
  environment: z
    .array(environmentEntry)
    .default([])
    .describe("`KEY=value` entries, set before the job's own variables."),
  builds_dir: absolutePath.default('').describe('Absolute path of the sources volume; empty means `/builds`.'),
  cache_dir: absolutePath.default('').describe('Absolute path for local caches; empty means `/cache`.'),
  custom_build_dir: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether jobs may choose their directory with `GIT_CLONE_PATH`.'),
    })
    .prefault({})
    .describe('Directories that jobs choose.'),
  clone_url: httpUrl.default('').describe("Replaces scheme and host of the repository's URL."),
  pre_clone_script: z.string().default('').describe('Run in the helper before the sources are fetched.'),
  pre_get_sources_script: z
    .string()
    .default('')
    .describe('As `pre_clone_script`, and after it; the name that newer releases use.'),
  post_get_sources_script: z
    .string()
    .default('')
    .describe('Run in the helper once the sources and submodules are there.'),
  pre_build_script: z.string().default('').describe('Run before the script of the job, in the same shell.'),
  post_build_script: z.string().default('').describe('Run after the script of the job, in the same shell.'),
  shell: z
    .enum(['', 'bash', 'sh'])
    .default('')
    .describe('`bash` (also when empty) prefers bash and falls back to sh; `sh` is sh.'),
  debug_trace_disabled: z.boolean().default(false).describe('Whether `CI_DEBUG_TRACE` is ignored.'),
  feature_flags: z
    .record(z.string(), z.boolean())
    .default({})
    .describe('Feature flags by name, see below; they come before variables of jobs.'),
  cache: z.record(z.string(), z.unknown()).default({}).describe('Where caches are shared: see `[runners.cache]`.'),
  'tls-ca-file': z.string().default('').describe('Path of the CA certificates (PEM) of GitLab.'),
  'tls-cert-file': z.string().default('').describe('Path of the client certificate (PEM) for GitLab.'),
  'tls-key-file': z.string().default('').describe('Path of the key of `tls-cert-file` (PEM).'),
});

/** The keys of the file outside `[[runners]]`. */
export const globalConfigSchema = z.strictObject({
  concurrent: z.int().min(1).default(1).describe('Jobs at once, of all runners together.'),
  check_interval: z.int().min(0).default(0).describe('Seconds between two requests for a job; 0 means 3.'),
  log_level: z
    .enum(['debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic'])
    .default('info')
    .describe('Least severe lines of the own log; `warning` is `warn`.'),
  log_format: z.enum(['runner', 'text', 'json']).default('runner').describe('Form of the own log.'),
  listen_address: z.string().default('').describe('Address for metrics, such as `:9252`. Empty: none.'),
  sentry_dsn: z.string().default('').describe('Accepted for compatibility; has no effect.'),
  shutdown_timeout: z.int().min(0).default(0).describe('Seconds that running jobs get at shutdown; 0 means 30.'),
  podwright: podwrightConfigSchema.prefault({}).describe('What only podwright knows.'),
});

/** Keys of `[runners.kubernetes]` that belong to the life of the Pod itself, and so to core. */
export const executorConfigSchema = z.strictObject({
  poll_interval: timerSeconds().default(0).describe('Accepted for compatibility; has no effect, as nothing polls.'),
  poll_timeout: timerSeconds()
    .default(0)
    .describe('Seconds a Pod may take until its containers run; 0 or less means 180.'),
  terminationGracePeriodSeconds: timerSeconds()
    .min(0)
    .default(0)
    .describe("Seconds between the polite and the hard stop of a deleted Pod's processes."),
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
