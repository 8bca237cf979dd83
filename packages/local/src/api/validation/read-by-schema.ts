import { isJsonObject, type JsonObject } from '../kube-object.ts';
import { notSupported, type FieldProblem } from './field-problem.ts';

/** A class of kubernetes-models: its `validate` checks `this` against the schema that was generated from Kubernetes' own. */
export interface SchemaModel {
  readonly prototype: { validate(): void };
}

/** A JSON object, seen through its schema. */
export interface ReadObject {
  /** A copy with the fields that the schema knows; `null` counts as absent, as in the real API server. */
  readonly object: JsonObject;
  /** Paths of the fields that were left out. */
  readonly unknownFields: readonly string[];
  /** Values of the wrong type: nothing can be done with the object. */
  readonly wrongTypes: readonly string[];
  /** Values that are not among those allowed. */
  readonly problems: readonly FieldProblem[];
}

/** What a generated validator reports (ajv's form). */
interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** Fields for which the real API server has rules of its own, or none, where the schema lists values. */
const otherRules = /\/(?:mountPropagation|terminationMessagePolicy|procMount|matchExpressions\/\d+\/operator)$/;

/**
 * Reads an object by the schema of its kind. Missing fields are not reported: to the API they are empty ones, and what
 * must not be empty is checked with everything else that a schema cannot say.
 */
export function readBySchema(model: SchemaModel, value: JsonObject): ReadObject {
  const given = withoutNulls(value) as JsonObject;
  const watched = new WatchedReads();
  const errors = schemaErrors(model, watched.watch(given));
  const unknownFields: string[] = [];
  return {
    object: watched.onlyRead(given, '', unknownFields) as JsonObject,
    unknownFields,
    wrongTypes: errors.filter(isWrongType).map((error) => `${fieldPath(error.instancePath)}: ${error.message ?? ''}`),
    problems: errors.filter(isUnsupported).map((error) => unsupported(error, given)),
  };
}

/**
 * Finds out which fields a schema knows: the generated validators have no list of them, but they look at each one they
 * know, and at no other.
 */
class WatchedReads {
  private readonly seen = new WeakMap<object, { readonly proxy: object; readonly keys: Set<string> }>();

  watch<T>(value: T): T {
    if (typeof value !== 'object' || value === null) return value;
    const known = this.seen.get(value);
    if (known !== undefined) return known.proxy as T;

    const keys = new Set<string>();
    const proxy = new Proxy(value, {
      get: (target, key): unknown => {
        if (typeof key === 'string') keys.add(key);
        return this.watch(Reflect.get(target, key) as unknown);
      },
    });
    this.seen.set(value, { proxy, keys });
    return proxy;
  }

  onlyRead(value: unknown, path: string, unknownFields: string[]): unknown {
    if (Array.isArray(value)) {
      return value.map((item, index) => this.onlyRead(item, `${path}[${index}]`, unknownFields));
    }
    if (!isJsonObject(value)) return value;
    const keys = this.seen.get(value)?.keys;
    const entries = Object.entries(value).flatMap(([key, item]) => {
      const field = path === '' ? key : `${path}.${key}`;
      if (keys?.has(key) === true) return [[key, this.onlyRead(item, field, unknownFields)] as const];
      unknownFields.push(field);
      return [];
    });
    return Object.fromEntries(entries);
  }
}

function schemaErrors(model: SchemaModel, value: JsonObject): readonly SchemaError[] {
  try {
    model.prototype.validate.call(value);
    return [];
  } catch (error) {
    const errors = (error as { errors?: readonly SchemaError[] }).errors;
    if (errors === undefined) throw error;
    return errors;
  }
}

function isUnsupported({ keyword, instancePath }: SchemaError): boolean {
  return keyword === 'enum' && !otherRules.test(instancePath);
}

function isWrongType({ keyword }: SchemaError): boolean {
  return keyword === 'type' || keyword === 'format';
}

function unsupported({ instancePath, params }: SchemaError, root: JsonObject): FieldProblem {
  const steps = pathSteps(instancePath);
  const value = steps.reduce<unknown>((at, step) => (at as JsonObject)[step], root);
  return notSupported(fieldPath(instancePath), value, params['allowedValues'] as string[]);
}

/** `/spec/containers/0/name` as the API writes it: `spec.containers[0].name`. */
function fieldPath(instancePath: string): string {
  return pathSteps(instancePath)
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

function pathSteps(instancePath: string): string[] {
  const steps = instancePath.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}
