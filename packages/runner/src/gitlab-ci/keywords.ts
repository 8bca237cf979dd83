/** What a keyword of a job means to one that is run alone. */
export type KeywordUse = 'used' | 'no_effect' | { readonly refused: string };

const used = ['extends', 'stage', 'image', 'services', 'variables', 'before_script', 'script', 'after_script'];
const alsoUsed = [
  'artifacts',
  'cache',
  'timeout',
  'inherit',
  'environment',
  'parallel',
  'needs',
  'dependencies',
  'rules',
];

/** They decide whether, when and where a job runs or what becomes of it, not what it does. */
const noEffect = [
  'allow_failure',
  'coverage',
  'except',
  'interruptible',
  'manual_confirmation',
  'only',
  'pages',
  'publish',
  'resource_group',
  'retry',
  'start_in',
  'tags',
  'when',
];

const refused: Record<string, string> = {
  dast_configuration: 'it sets variables from profiles that only GitLab has',
  hooks: 'scripts before get_sources are not run',
  id_tokens: 'only GitLab can sign them; pass a token with --masked NAME=VALUE',
  identity: 'only GitLab can sign in for the job',
  inputs: 'inputs of jobs are not filled in',
  release: 'only GitLab can create a release',
  run: 'steps are not run; use script',
  secrets: 'secret stores are not asked; pass the value with --masked NAME=VALUE',
  trigger: 'it starts another pipeline, which only GitLab can do',
};

/** Every keyword that GitLab allows in a job. */
export const jobKeywords: ReadonlyMap<string, KeywordUse> = new Map<string, KeywordUse>([
  ...[...used, ...alsoUsed].map((key) => [key, 'used'] as const),
  ...noEffect.map((key) => [key, 'no_effect'] as const),
  ...Object.entries(refused).map(([key, why]) => [key, { refused: why }] as const),
]);

/** Keywords that `default` may give to every job. */
export const defaultKeywords: readonly string[] = [
  'after_script',
  'artifacts',
  'before_script',
  'cache',
  'hooks',
  'id_tokens',
  'identity',
  'image',
  'interruptible',
  'retry',
  'services',
  'tags',
  'timeout',
];

/** Those of `default` that may also stand at the top of the file: the old way to write them. */
export const topLevelDefaults: readonly string[] = ['after_script', 'before_script', 'cache', 'image', 'services'];

/** Keywords of the file itself; every other key at the top is a job. */
export const globalKeywords: readonly string[] = [
  'default',
  'include',
  'spec',
  'stages',
  'variables',
  'workflow',
  ...topLevelDefaults,
];
