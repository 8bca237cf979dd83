/** Whose resources a key sets: those of the build container, of every service container, or of the helper. */
export type Family = 'build' | 'service' | 'helper';

type Prefix = '' | 'service_' | 'helper_';
type Resource = 'cpu' | 'memory' | 'ephemeral_storage';

/** The keys of `[runners.kubernetes]` that set a quantity. */
export type QuantityKey = `${Prefix}${Resource}_${'request' | 'limit'}`;

/** The keys that say how far a job may go when it overwrites a quantity. */
export type MaxKey = `${QuantityKey}_overwrite_max_allowed`;

/** One of the 18 quantities, with everything that is named after it. */
export interface QuantityField {
  readonly key: QuantityKey;
  readonly maxKey: MaxKey;
  /** The job variable that overwrites it. */
  readonly variable: string;
  readonly family: Family;
  /** Kubernetes' name of the resource. */
  readonly resource: 'cpu' | 'memory' | 'ephemeral-storage';
  /** The list of the container's resources that it goes into. */
  readonly list: 'requests' | 'limits';
  /** What it means, for the docs. */
  readonly description: string;
}

const families = [
  { family: 'build', prefix: '', container: 'the build container' },
  { family: 'service', prefix: 'service_', container: 'each service container' },
  { family: 'helper', prefix: 'helper_', container: 'the helper container' },
] as const;

const resources = [
  { resource: 'cpu', word: 'cpu', what: 'CPU time', unit: 'cores' },
  { resource: 'memory', word: 'memory', what: 'memory', unit: 'bytes' },
  { resource: 'ephemeral-storage', word: 'ephemeral_storage', what: 'local disk space', unit: 'bytes' },
] as const;

/** All quantities, in the order of the docs and of error messages. */
export const quantityFields: readonly QuantityField[] = families.flatMap(({ family, prefix, container }) =>
  resources.flatMap(({ resource, word, what, unit }) => [
    field(`${prefix}${word}_request`, {
      family,
      resource,
      list: 'requests',
      description: `Reserved ${what} of ${container}, in ${unit}. Empty: not set.`,
    }),
    field(`${prefix}${word}_limit`, {
      family,
      resource,
      list: 'limits',
      description: `Most ${what} of ${container}, in ${unit}. Empty: not set.`,
    }),
  ]),
);

function field(
  key: QuantityKey,
  rest: Pick<QuantityField, 'family' | 'resource' | 'list' | 'description'>,
): QuantityField {
  const variable = `KUBERNETES_${key.toUpperCase()}`;
  return Object.freeze({ key, maxKey: `${key}_overwrite_max_allowed`, variable, ...rest });
}
