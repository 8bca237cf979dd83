import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ContainerProblem } from './container-problem.ts';

/**
 * Looks a program up as the container's runtime would.
 * @param path the value of `PATH`
 * @param directory where a relative name with a slash, or a relative entry of `PATH`, starts
 * @param root where the container's root directory is on the host
 * @returns its path below `root`
 * @throws ContainerProblem `StartError` in the runtime's words
 */
export function findProgram(program: string, path: string, directory: string, root = '/'): string {
  if (program.includes('/')) {
    const file = program.startsWith('/') ? program : join(directory, program);
    const verdict = judge(join(root, file));
    if (verdict !== 'ok') throw startProblem(program, verdict);
    return file;
  }
  const places = path.split(':').map((place) => join(place.startsWith('/') ? place : join(directory, place), program));
  const found = places.find((file) => judge(join(root, file)) === 'ok');
  if (found === undefined) throw startProblem(program, 'unknown');
  return found;
}

/** What a container's runtime says about a program that it cannot start. */
export function startProblem(program: string, verdict: string): ContainerProblem {
  const name = JSON.stringify(program);
  const why: Readonly<Record<string, string>> = {
    unknown: `exec: ${name}: executable file not found in $PATH`,
    missing: `exec: ${name}: stat ${program}: no such file or directory`,
    denied: `exec: ${name}: permission denied`,
  };
  return new ContainerProblem('StartError', why[verdict] ?? `exec: ${name}: ${verdict}`);
}

/** A link inside a container's root would be followed on the host: that it is there has to do. */
function judge(file: string): 'ok' | 'missing' | 'denied' {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found) return 'missing';
  if (found.isSymbolicLink()) {
    const target = statSync(file, { throwIfNoEntry: false });
    return target?.isDirectory() ? 'denied' : 'ok';
  }
  return found.isFile() && (found.mode & 0o111) !== 0 ? 'ok' : 'denied';
}
