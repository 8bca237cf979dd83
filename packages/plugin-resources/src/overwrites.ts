import { readOverwrite, type Overwrite, type Variables } from '@podwright/core';
import type { ResourcesConfig } from './config.ts';
import { quantityFields, type QuantityField, type QuantityKey } from './quantity-fields.ts';
import { notAQuantity, parseQuantity } from './quantity.ts';
import { requestsAboveLimits, type Side } from './requests-above-limits.ts';

/** A quantity that the job wants otherwise than it is configured. */
interface QuantityOverwrite extends Overwrite {
  readonly field: QuantityField;
}

/** What a job's overwrite variables come to. */
export interface Overwrites {
  /** Allowed, and within the maximum. */
  readonly applied: ReadonlyMap<QuantityKey, QuantityOverwrite>;
  /** Not allowed by the configuration: the configured quantity stays. */
  readonly ignored: readonly QuantityOverwrite[];
  /** Why the job cannot run; one sentence each, without a full stop. */
  readonly problems: readonly string[];
}

/**
 * Reads the `KUBERNETES_…_REQUEST` and `KUBERNETES_…_LIMIT` variables of a job. An empty variable overwrites nothing.
 * As in GitLab Runner, equal to the maximum is allowed, and the configured quantity is never compared with the maximum.
 */
export function readOverwrites(config: ResourcesConfig, variables: Variables): Overwrites {
  const wanted = quantityFields.flatMap((field) => overwriteOf(field, variables) ?? []);
  const allowed = wanted.filter(({ field }) => config[field.maxKey] !== '');
  const refused = allowed.flatMap((overwrite) => problemOf(overwrite, config[overwrite.field.maxKey]) ?? []);
  const applied = new Map(allowed.map((overwrite) => [overwrite.field.key, overwrite]));
  return {
    applied,
    ignored: wanted.filter(({ field }) => config[field.maxKey] === ''),
    problems: [...refused, ...contradictions(config, applied)],
  };
}

function overwriteOf(field: QuantityField, variables: Variables): QuantityOverwrite | undefined {
  const overwrite = readOverwrite(variables, field.variable);
  return overwrite && { field, ...overwrite };
}

function problemOf({ field, text, shown }: QuantityOverwrite, max: string): string | undefined {
  const amount = parseQuantity(text);
  if (amount === undefined) return `${field.variable}: ${notAQuantity(shown)}`;
  if (amount < 0n) return `${field.variable} is ${JSON.stringify(shown)}, but must not be negative`;
  const most = parseQuantity(max);
  if (most === undefined || amount <= most) return undefined;
  return `${field.variable} is ${JSON.stringify(shown)}, but this runner allows at most ${JSON.stringify(max)} (${field.maxKey})`;
}

/** Requests above limits that the job has a part in; those of the configuration alone were refused when it was read. */
function contradictions(config: ResourcesConfig, applied: ReadonlyMap<QuantityKey, QuantityOverwrite>): string[] {
  const describe = ({ field, text }: Side) => {
    const overwrite = applied.get(field.key);
    return `${overwrite ? field.variable : field.key} ${JSON.stringify(overwrite?.shown ?? text)}`;
  };
  return requestsAboveLimits((key) => applied.get(key)?.text ?? config[key])
    .filter(({ request, limit }) => applied.has(request.field.key) || applied.has(limit.field.key))
    .map(({ request, limit }) => `the request ${describe(request)} is more than the limit ${describe(limit)}`);
}
