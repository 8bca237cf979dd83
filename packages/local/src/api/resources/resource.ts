import type { StoredObject, KubeObject } from '../kube-object.ts';
import type { FieldProblem } from '../validation/field-problem.ts';
import type { SchemaModel } from '../validation/read-by-schema.ts';

/** What can be under an object's path. */
export type Subresource = 'status' | 'log' | 'exec' | 'attach';

/** One column of what `kubectl get` shows. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer';
  /** Only with `-o wide`. */
  readonly wide?: true;
  cell(object: StoredObject): string | number;
}

/** One kind of object that the API serves, and what is special about it. Plain data and pure functions. */
export interface Resource {
  /** As in the path: `pods`. */
  readonly plural: string;
  /** `Pod` */
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly Subresource[];
  readonly schema: SchemaModel;
  /** Fields that a field selector may name, besides `metadata.name` and `metadata.namespace`. */
  selectableFields(object: KubeObject): Readonly<Record<string, string>>;
  /** Fills in what was left out; changes the object, which may be one that had its defaults before. */
  setDefaults(object: KubeObject): void;
  /** What is wrong with the object, defaults filled in. */
  validate(object: KubeObject): FieldProblem[];
  /** What may not change. */
  validateUpdate(next: KubeObject, current: KubeObject): FieldProblem[];
  /** Whether a delete is answered with the object rather than with a `Status`. */
  readonly answersDeleted: boolean;
  /** Between NAME and AGE. */
  readonly columns: readonly Column[];
}
