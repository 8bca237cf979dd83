import {
  helperFlags,
  JobRejectedError,
  type JobPaths,
  type RunnerConfig,
  type Variable,
  type Variables,
} from '@podwright/core';
import { filesFolder, fileVariables } from './file-variables.ts';
import { isExportable } from './exportable.ts';
import { quote } from './quote.ts';

/** Linux passes no longer string to a program, counting `NAME=` and the NUL behind the value (MAX_ARG_STRLEN). */
const maxExportBytes = 131_072;

/** What a file of a Secret may hold, with room for the rest of the Secret, which may have 1 MiB. */
export const maxFileBytes = 900 * 1024;

/**
 * The shell file that exports the job's variables, sourced by every stage. File variables are exported as the path of
 * the build container's copy.
 * @throws JobRejectedError naming each variable that has a NUL byte or is too large, with what to do about it
 */
export function variablesFile(variables: Variables, paths: JobPaths): string {
  const exported = variables.unique().filter((variable) => isExportable(variable.key));
  const problems = exported.flatMap(problemOf);
  const text = exported
    .map((variable) => exportLine(variable.key, exportedValue(variable, filesFolder(paths, 'build'))))
    .join('');
  const size = Buffer.byteLength(text);
  if (problems.length === 0 && size > maxFileBytes) {
    problems.push(
      `the variables of the job take ${size} bytes together, at most ${maxFileBytes} are possible: make the large ones file variables`,
    );
  }
  if (problems.length > 0) throw new JobRejectedError(problems.join('\n'));
  return text;
}

/**
 * What the helper sources in addition: its own copies of the file variables, also where another variable's value
 * refers to one, and the feature flags of the helper program.
 */
export function helperVariablesFile(variables: Variables, paths: JobPaths, runner: RunnerConfig): string {
  const theirs = `${filesFolder(paths, 'build')}/`;
  const ours = `${filesFolder(paths, 'helper')}/`;
  const files = fileVariables(variables).map(({ key }) => key);
  const lines = variables
    .unique()
    .filter((variable) => isExportable(variable.key))
    .flatMap((variable) => {
      if (variable.file === true) return exportLine(variable.key, ours + variable.key);
      const value = files.reduce((text, key) => (text === theirs + key ? ours + key : text), variable.value);
      return value === variable.value ? [] : exportLine(variable.key, value);
    });
  const flags = [...helperFlags(runner, variables)].map(([key, value]) => exportLine(key, value));
  return [...lines, ...flags].join('');
}

function exportedValue(variable: Variable, folder: string): string {
  return variable.file === true ? `${folder}/${variable.key}` : variable.value;
}

function exportLine(key: string, value: string): string {
  return `export ${key}=${quote(value)}\n`;
}

function problemOf({ key, value, file }: Variable): string[] {
  const bytes = Buffer.byteLength(value);
  if (file === true) {
    if (bytes <= maxFileBytes) return [];
    return [
      `the file variable ${key} has ${bytes} bytes, at most ${maxFileBytes} fit a Secret: fetch it in the job instead`,
    ];
  }
  if (value.includes('\0')) {
    return [`the variable ${key} has a NUL byte, which no program can be given: make it a file variable`];
  }
  const needed = Buffer.byteLength(key) + bytes + 2;
  if (needed <= maxExportBytes) return [];
  return [
    `the variable ${key} takes ${needed} bytes, Linux passes at most ${maxExportBytes} to a program: make it a file variable`,
  ];
}
