import { readVariables } from './read-variables.ts';
import type { CiImage } from './ci-job.ts';
import type { CiValue } from './value.ts';

const imageKeys = ['name', 'entrypoint', 'docker', 'kubernetes', 'pull_policy'];
const serviceKeys = [...imageKeys, 'alias', 'command', 'variables'];
const pullPolicies = ['always', 'if-not-present', 'never'] as const;

/** `image`: a name, or a map. `docker` is for another executor and has no effect. */
export function readImage(value: CiValue): CiImage | undefined {
  return readContainer(value, imageKeys);
}

/** `services`: a list of names and maps. */
export function readServices(value: CiValue): CiImage[] {
  if (value.node.kind !== 'list') {
    value.report('must be a list');
    return [];
  }
  return value.items()?.flatMap((item) => readContainer(item, serviceKeys) ?? []) ?? [];
}

function readContainer(value: CiValue, keys: readonly string[]): CiImage | undefined {
  if (value.node.kind === 'scalar') {
    const name = value.string();
    return name === undefined ? undefined : { name };
  }
  if (value.node.kind !== 'map') return value.report('must be an image name or a map with "name"');
  value.checkKeys(keys);
  value.get('kubernetes')?.report('not supported: the user of a container comes from the image');

  const name = value.get('name')?.string();
  if (name === undefined) return value.report('"name" is missing');
  const entrypoint = value.get('entrypoint')?.strings();
  const command = value.get('command')?.strings();
  const alias = value.get('alias')?.string();
  const policies = value.get('pull_policy')?.items();
  const variables = value.get('variables');
  return {
    name,
    ...(entrypoint && { entrypoint }),
    ...(command && { command }),
    ...(alias !== undefined && { alias }),
    ...(policies && { pull_policy: policies.flatMap((policy) => policy.oneOf(pullPolicies) ?? []) }),
    ...(variables && { variables: readVariables(variables, 'job') }),
  };
}
