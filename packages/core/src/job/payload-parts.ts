import { z } from 'zod';

/** GitLab sends `null` for much of what is not set. */
export function nullish<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** A list that GitLab may leave out or send as `null`. */
export function list<T extends z.ZodType>(schema: T) {
  return z
    .array(schema)
    .nullish()
    .transform((items) => items ?? []);
}

/** Empty, `null` and left out mean `on_success`. */
const whenSchema = z
  .enum(['on_success', 'on_failure', 'always', ''], {
    error: 'must be one of on_success, on_failure, always',
  })
  .nullish()
  .transform((when) => when || 'on_success');

/** Files that a job hands to GitLab: an archive, or one kind of report. */
export const artifactSchema = z.object({
  name: nullish(z.string()),
  untracked: nullish(z.boolean()),
  /** Patterns, relative to the project's directory. */
  paths: nullish(z.array(z.string())),
  exclude: nullish(z.array(z.string())),
  when: whenSchema,
  /** `archive`, `junit`, …; the server's own word. */
  artifact_type: nullish(z.string()),
  /** `zip`, `gzip`, `raw`, …; what the helper program knows. */
  artifact_format: nullish(z.string()),
  /** In words, such as `1 week`. */
  expire_in: nullish(z.string()),
});

/** Files that jobs with the same key share. */
export const cacheSchema = z.object({
  /** May refer to variables; empty means the job's name and its ref. */
  key: nullish(z.string()),
  untracked: nullish(z.boolean()),
  /** `pull-push` (also when empty), `pull` or `push`; may refer to variables. */
  policy: nullish(z.string()),
  paths: nullish(z.array(z.string())),
  when: whenSchema,
  /** Tried in this order when there is no cache of the key. */
  fallback_keys: nullish(z.array(z.string())),
});

/** A job whose artifacts this one gets. */
export const dependencySchema = z.object({
  id: z.int().positive(),
  /** For the download of its artifacts. */
  token: z.string().default(''),
  name: z.string().default(''),
  /** Absent, or without a name, when it has none. */
  artifacts_file: nullish(
    z.object({
      filename: nullish(z.string()),
      /** Bytes. */
      size: nullish(z.number().min(0)),
    }),
  ),
});

/** Commands of the job around `get_sources`. */
export const hookSchema = z.object({
  /** `pre_get_sources_script`, `post_get_sources_script`; others may come. */
  name: z.string(),
  script: list(z.string()),
});
