import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import { toProblems } from '../config/problems.ts';
import { artifactSchema, cacheSchema, dependencySchema, hookSchema, list, nullish } from './payload-parts.ts';

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
  script: list(z.string()),
  when: z.string().default('on_success'),
  timeout: z.number().default(0),
  allow_failure: z.boolean().default(false),
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
    refspecs: list(z.string()),
    depth: z.int().default(0),
  }),
  runner_info: z.object({ timeout: z.int().default(0) }).prefault({}),
  variables: list(variableSchema),
  steps: list(stepSchema),
  image: nullish(imageSchema),
  services: list(imageSchema),
  artifacts: list(artifactSchema),
  cache: list(cacheSchema),
  credentials: list(
    z.object({
      type: z.string(),
      url: z.string(),
      username: z.string().default(''),
      password: z.string().default(''),
    }),
  ),
  dependencies: list(dependencySchema),
  hooks: list(hookSchema),
  features: z.object({ trace_sections: z.boolean().default(false) }).prefault({}),
});

/** A job as GitLab hands it out (`POST /jobs/request`, 201), with every default filled in. Unknown members are dropped. */
export type JobPayload = z.output<typeof payloadSchema>;
export type JobImage = z.output<typeof imageSchema>;
export type JobStep = z.output<typeof stepSchema>;
export type JobCredential = JobPayload['credentials'][number];
export type JobArtifact = JobPayload['artifacts'][number];
export type JobCache = JobPayload['cache'][number];
export type JobDependency = JobPayload['dependencies'][number];

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
