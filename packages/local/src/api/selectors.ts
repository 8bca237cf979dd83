import { badRequest } from './api-error.ts';
import type { StoredObject } from './kube-object.ts';
import type { Resource } from './resources/resource.ts';

/** Which objects of a resource a LIST, WATCH or DELETE of a collection is about. */
export interface Selector {
  matches(object: StoredObject): boolean;
  /** The only name that can match, if there is one. */
  readonly name?: string;
}

interface LabelRequirement {
  readonly key: string;
  matches(value: string | undefined): boolean;
}

interface FieldRequirement {
  readonly field: string;
  readonly value: string;
  readonly equal: boolean;
}

const setRequirement = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;

/**
 * Reads `labelSelector` and `fieldSelector` of a request.
 * @throws ApiError 400 when one cannot be understood, or names a field that cannot be selected by
 */
export function parseSelector(resource: Resource, query: URLSearchParams): Selector {
  const labels = labelRequirements(query.get('labelSelector') ?? '');
  const fields = fieldRequirements(resource, query.get('fieldSelector') ?? '');
  const name = fields.find(({ field, equal }) => field === 'metadata.name' && equal)?.value;
  return {
    matches(object) {
      const given = object.metadata.labels ?? {};
      if (!labels.every(({ key, ...label }) => label.matches(Object.hasOwn(given, key) ? given[key] : undefined)))
        return false;
      if (fields.length === 0) return true;
      const values = selectable(resource, object);
      return fields.every(({ field, value, equal }) => (values[field] === value) === equal);
    },
    ...(name === undefined ? {} : { name }),
  };
}

function selectable(resource: Resource, object: StoredObject): Readonly<Record<string, string>> {
  const { name, namespace = '' } = object.metadata;
  return { 'metadata.name': name, 'metadata.namespace': namespace, ...resource.selectableFields(object) };
}

function labelRequirements(text: string): LabelRequirement[] {
  return splitOutsideParentheses(text).map(labelRequirement);
}

function labelRequirement(text: string): LabelRequirement {
  const set = setRequirement.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    const among = operator === 'in';
    return { key, matches: (value) => (value !== undefined && values.has(value)) === among };
  }
  const equality = /^([^\s!=]+)\s*(==|=|!=)\s*([^\s!=()]*)$/.exec(text);
  if (equality !== null) {
    const [, key = '', operator, wanted] = equality;
    const equal = operator !== '!=';
    return { key, matches: (value) => (value === wanted) === equal };
  }
  const exists = /^(!?)\s*([^\s!=()]+)$/.exec(text);
  if (exists === null) throw badRequest(`unable to parse requirement: '${text}' in the label selector`);
  const [, not, key = ''] = exists;
  return { key, matches: (value) => (value !== undefined) === (not === '') };
}

/** Splits at commas, except those between parentheses. */
function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else {
      part += char;
    }
  }
  const trimmed = [...parts, part].map((item) => item.trim());
  return trimmed.length === 1 && trimmed[0] === '' ? [] : trimmed;
}

function fieldRequirements(resource: Resource, text: string): FieldRequirement[] {
  if (text === '') return [];
  const known = selectableNames(resource);
  return text.split(',').map((part) => {
    const match = /^([^=!]+)(!=|==|=)(.*)$/.exec(part.trim());
    if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, field = '', operator, value = ''] = match;
    if (!known.includes(field)) {
      throw badRequest(`field label not supported: ${field}; valid for ${resource.plural}: ${known.join(', ')}`);
    }
    return { field, value, equal: operator !== '!=' };
  });
}

function selectableNames(resource: Resource): string[] {
  const empty = { apiVersion: 'v1', kind: resource.kind, metadata: {} };
  return ['metadata.name', 'metadata.namespace', ...Object.keys(resource.selectableFields(empty))];
}
