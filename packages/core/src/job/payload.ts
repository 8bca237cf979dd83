import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import { toProblems } from '../config/problems.ts';

const variableSchema = z.object({
  key: z.string().min(1),
  value: z.string().default(''),
  public: z.boolean().default(false),
  file: z.boolean().default(false),
  masked: z.boolean().default(false),
  raw: z.boolean().default(false),
});

const portSchema = z.object({ number: z.int(), protocol: z.string().optional(), name: z.string().optional() });

const imageSchema = z.object({
  name: z.string().default(''),
  alias: nullish(z.string()),
  command: nullish(z.array(z.string())),
  entrypoint: nullish(z.array(z.string())),
  ports: nullish(z.array(portSchema)),
  pull_policy: nullish(z.array(z.string())),
  variables: nullish(z.array(variableSchema)),
});

const stepSchema = z.object({
  name: z.string().min(1),
  script: z
    .array(z.string())
    .nullish()
    .transform((s) => s ?? []),
  when: z.string().default('on_success'),
  timeout: z.number().default(0),
  allow_failure: z.boolean().default(false),
});

const artifactSchema = z.object({
  name: nullish(z.string()),
  untracked: nullish(z.boolean()),
  paths: nullish(z.array(z.string())),
  exclude: nullish(z.array(z.string())),
  when: nullish(z.string()),
  artifact_type: nullish(z.string()),
  artifact_format: nullish(z.string()),
  expire_in: nullish(z.string()),
});

const cacheSchema = z.object({
  key: nullish(z.string()),
  untracked: nullish(z.boolean()),
  policy: nullish(z.string()),
  paths: nullish(z.array(z.string())),
  when: nullish(z.string()),
  fallback_keys: nullish(z.array(z.string())),
});

const payloadSchema = z.object({
  id: z.int(),
  token: z.string().default(''),
  allow_git_fetch: z.boolean().default(false),
  job_info: z.object({
    name: z.string().default(''),
    stage: z.string().default(''),
    project_id: z.int().default(0),
    project_name: z.string().default(''),
  }),
  git_info: z.object({
    repo_url: z.string().default(''),
    ref: z.string().default(''),
    sha: z.string().default(''),
    before_sha: z.string().default(''),
    ref_type: z.string().default('branch'),
    refspecs: z
      .array(z.string())
      .nullish()
      .transform((r) => r ?? []),
    depth: z.int().default(0),
  }),
  runner_info: z.object({ timeout: z.int().default(0) }).prefault({}),
  variables: z
    .array(variableSchema)
    .nullish()
    .transform((v) => v ?? []),
  steps: z
    .array(stepSchema)
    .nullish()
    .transform((s) => s ?? []),
  image: nullish(imageSchema),
  services: z
    .array(imageSchema)
    .nullish()
    .transform((s) => s ?? []),
  artifacts: z
    .array(artifactSchema)
    .nullish()
    .transform((a) => a ?? []),
  cache: z
    .array(cacheSchema)
    .nullish()
    .transform((c) => c ?? []),
  credentials: z
    .array(
      z.object({
        type: z.string(),
        url: z.string(),
        username: z.string().default(''),
        password: z.string().default(''),
      }),
    )
    .nullish()
    .transform((c) => c ?? []),
  dependencies: z
    .array(
      z.object({
        id: z.int(),
        token: z.string().default(''),
        name: z.string().default(''),
        artifacts_file: nullish(z.object({ filename: z.string().default(''), size: z.number().default(0) })),
      }),
    )
    .nullish()
    .transform((d) => d ?? []),
  features: z.object({ trace_sections: z.boolean().default(false) }).prefault({}),
});

/** A job as GitLab hands it out (`POST /jobs/request`, 201), with every default filled in. Unknown members are dropped. */
export type JobPayload = z.output<typeof payloadSchema>;
export type JobImage = z.output<typeof imageSchema>;
export type JobStep = z.output<typeof stepSchema>;
export type JobCredential = JobPayload['credentials'][number];

/**
 * Checks a job payload.
 * @param source what to call it in errors, such as a file's path
 * @throws ConfigError with all problems
 */
export function parseJobPayload(input: unknown, source: string): JobPayload {
  const parsed = payloadSchema.safeParse(input);
  if (!parsed.success) throw new ConfigError(source, toProblems(parsed.error, ''));
  const problems = [];
  if (!parsed.data.steps.some((step) => step.script.length > 0)) {
    problems.push({ path: 'steps', message: 'the job has no script', kind: 'invalid' as const });
  }
  if (problems.length > 0) throw new ConfigError(source, problems);
  return parsed.data;
}

/** GitLab sends `null` for much of what is not set. */
function nullish<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}
