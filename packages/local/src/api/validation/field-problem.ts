/** One field that makes an object invalid: a cause of a 422. */
export interface FieldProblem {
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueNotFound'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong';
  /** Path, such as `spec.containers[0].name`. */
  readonly field: string;
  readonly message: string;
}

export function required(field: string, detail = ''): FieldProblem {
  return { reason: 'FieldValueRequired', field, message: `Required value${detail === '' ? '' : `: ${detail}`}` };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldProblem {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${shown(value)}: ${detail}` };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldProblem {
  const list = supported.map((item) => `"${item}"`).join(', ');
  const message = `Unsupported value: ${shown(value)}: supported values: ${list}`;
  return { reason: 'FieldValueNotSupported', field, message };
}

function duplicate(field: string, value: string): FieldProblem {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${shown(value)}` };
}

export function unknownValue(field: string, value: string): FieldProblem {
  return { reason: 'FieldValueNotFound', field, message: `Not found: ${shown(value)}` };
}

export function forbiddenField(field: string, detail: string): FieldProblem {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${detail}` };
}

/** @param limit in bytes */
export function tooLong(field: string, limit: number): FieldProblem {
  return { reason: 'FieldValueTooLong', field, message: `Too long: must have at most ${limit} bytes` };
}

/** The names that occur more than once: one problem for each repetition. */
export function duplicates(
  names: readonly (string | undefined)[],
  fieldOf: (index: number) => string,
  seen: Set<string> = new Set(),
): FieldProblem[] {
  return names.flatMap((name, index) => {
    if (name === undefined || name === '') return [];
    if (seen.has(name)) return [duplicate(fieldOf(index), name)];
    seen.add(name);
    return [];
  });
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}
