import type { JobPaths, StageContainer, Variables } from '@podwright/core';
import { isExportable } from './exportable.ts';

/**
 * Folder of the container's own copies of the file variables. Each container has its own, as they may run as different
 * users and a file that others can read is of no use as an SSH key. The dot keeps it apart from any variable's name.
 */
export function filesFolder(paths: JobPaths, container: StageContainer): string {
  return container === 'build' ? paths.tmpDir : `${paths.tmpDir}/.helper`;
}

/** The file variables that scripts get, by name. */
export function fileVariables(variables: Variables): { key: string; value: string }[] {
  return variables.unique().filter((variable) => variable.file === true && isExportable(variable.key));
}
