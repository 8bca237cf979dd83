import type { Variable } from '@podwright/core';

/** The longest value that expansion may make, in characters. */
const longest = 1024 * 1024;
/** References to references beyond this count as a cycle. */
const deepest = 500;

const reference = /\$(?:\$|\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;

/**
 * Puts values into values as GitLab does before it hands a job out: references to references are followed to the end,
 * unknown names and `$$` stay as they are. Raw and file variables are left alone, and so are references to them: the
 * runner's own, single expansion puts those in, and does not look into them. A list with a cycle stays as it is, too.
 * @returns the list; or the name of a variable that would grow beyond a megabyte
 */
export function expandNested(variables: readonly Variable[]): { list: Variable[] } | { tooLong: string } {
  const last = new Map(variables.map((variable) => [variable.key, variable]));
  const done = new Map<Variable, string>();
  const underWay = new Set<Variable>();

  function valueOf(variable: Variable): string {
    if (!isExpandable(variable)) return variable.value;
    const known = done.get(variable);
    if (known !== undefined) return known;
    if (underWay.has(variable) || underWay.size > deepest) throw new CycleError();
    underWay.add(variable);
    const value = variable.value.replace(reference, (written, braced?: string, bare?: string) => {
      const other = last.get(braced ?? bare ?? '');
      return other === undefined || !isExpandable(other) ? written : valueOf(other);
    });
    if (value.length > longest && value.length > variable.value.length) throw new TooLongError(variable.key);
    underWay.delete(variable);
    done.set(variable, value);
    return value;
  }

  try {
    return { list: variables.map((variable) => ({ ...variable, value: valueOf(variable) })) };
  } catch (error) {
    if (error instanceof CycleError) return { list: [...variables] };
    if (error instanceof TooLongError) return { tooLong: error.key };
    throw error;
  }
}

function isExpandable(variable: Variable): boolean {
  return !variable.raw && !variable.file;
}

class CycleError extends Error {}

class TooLongError extends Error {
  constructor(readonly key: string) {
    super(key);
  }
}
