import { badRequest, invalid } from './api-error.ts';
import { isJsonObject, type JsonObject } from './kube-object.ts';
import { invalidValue, notSupported } from './validation/field-problem.ts';

export interface DeleteOptions {
  /** Seconds; absent: the Pod's own. */
  readonly gracePeriodSeconds?: number;
  readonly propagation: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun: boolean;
}

const propagations = ['Background', 'Foreground', 'Orphan'] as const;

/**
 * Reads the options of a DELETE, from its query and its body.
 * @throws ApiError 400 or 422 when one of them makes no sense
 */
export function readDeleteOptions(query: URLSearchParams, body: JsonObject | undefined): DeleteOptions {
  const grace = body?.['gracePeriodSeconds'] ?? wholeNumber(query, 'gracePeriodSeconds');
  if (grace !== undefined && !Number.isSafeInteger(grace)) {
    throw badRequest(`gracePeriodSeconds: must be a whole number, not ${JSON.stringify(grace)}`);
  }
  const preconditions = body?.['preconditions'];
  return {
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace as number }),
    propagation: readPropagation(query, body),
    preconditions: isJsonObject(preconditions) ? preconditions : {},
    dryRun: isDryRun('DeleteOptions', query) || dryRunValues('DeleteOptions', body?.['dryRun']),
  };
}

/**
 * Whether a request only asks what would happen.
 * @throws ApiError 422 for a value other than `All`
 */
export function isDryRun(kind: string, query: URLSearchParams): boolean {
  return dryRunValues(kind, query.getAll('dryRun'));
}

/** @throws ApiError 400 when the parameter is there but is not a whole number */
export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw badRequest(`${name}: "${text}" is not a whole number`);
  return Number(text);
}

/** A `resourceVersion`. @throws ApiError 400 when it is none that this API gave out */
export function versionParameter(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion');
  if (text === null || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text)) {
    throw invalid('ListOptions', '', [invalidValue('resourceVersion', text, 'must be one that the API gave out')]);
  }
  return Number(text);
}

/** `true`, `1` and the bare parameter mean yes. */
export function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text !== 'false' && text !== '0';
}

function readPropagation(query: URLSearchParams, body: JsonObject | undefined): DeleteOptions['propagation'] {
  const policy = body?.['propagationPolicy'] ?? query.get('propagationPolicy') ?? undefined;
  const orphan = body?.['orphanDependents'] ?? query.get('orphanDependents') ?? undefined;
  const field = 'propagationPolicy';
  if (policy === undefined) return orphan === true || orphan === 'true' ? 'Orphan' : 'Background';
  if (orphan !== undefined) {
    throw invalid('DeleteOptions', '', [invalidValue(field, policy, 'must not be set together with orphanDependents')]);
  }
  if (propagations.includes(policy as 'Orphan')) return policy as 'Orphan';
  throw invalid('DeleteOptions', '', [notSupported(field, policy, propagations)]);
}

function dryRunValues(kind: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  const wrong = (Array.isArray(value) ? value : [value]).filter((item) => item !== 'All');
  if (wrong.length > 0) throw invalid(kind, '', [notSupported('dryRun', wrong, ['All'])]);
  return Array.isArray(value) && value.length > 0;
}
