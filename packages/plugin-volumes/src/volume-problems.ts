import { shownText, type JobLog, type JobPaths, type Variables } from '@podwright/core';
import { clashes } from './clashes.ts';
import { pathOf, type WrittenVolume } from './read-volumes.ts';
import {
  buildsVolume,
  emptyParts,
  mountPathProblem,
  objectNameProblem,
  ownPathProblem,
  plainPath,
  subPathProblem,
} from './rules.ts';

/** An entry, and the same with its references to variables replaced. */
interface Expanded {
  readonly written: WrittenVolume;
  readonly volume: WrittenVolume;
}

/** Volumes in the way of podwright's own: one sentence each, without a full stop. */
export function ownVolumeProblems(volumes: readonly WrittenVolume[], paths: JobPaths): string[] {
  const isBuilds = ({ mountPath }: WrittenVolume) => plainPath(mountPath) === plainPath(paths.buildsDir);
  const isReplaced = volumes.some(isBuilds);
  return volumes.flatMap((volume) => {
    const problem = ownPathProblem(volume.mountPath, paths);
    return [
      ...(problem === undefined ? [] : [`${pathOf(volume)}.mount_path: ${problem}`]),
      ...(volume.name === buildsVolume && !isReplaced
        ? [
            `${pathOf(volume)}.name: "${buildsVolume}" is the name of the volume at ${paths.buildsDir}: take another one`,
          ]
        : []),
    ];
  });
}

/** What else is wrong with volumes once variables are replaced: one sentence each, without a full stop. */
export function expansionProblems(
  written: readonly WrittenVolume[],
  volumes: readonly WrittenVolume[],
  variables: Variables,
): string[] {
  return [
    ...pairs(written, volumes).flatMap((pair) => entryProblems(pair, variables)),
    ...clashes(volumes).map(
      ({ place: [table, i], key, value, message }) =>
        `volumes.${table}[${i}].${key}: ${quoted(value, variables)} ${message}`,
    ),
  ];
}

/** Whoever configured it asked for it, so it is only said. */
export function warnOfSecrets(
  written: readonly WrittenVolume[],
  volumes: readonly WrittenVolume[],
  variables: Variables,
  log: JobLog,
): void {
  for (const pair of pairs(written, volumes)) {
    for (const { key, was, is } of textsOf(pair)) {
      if (was === is || !variables.hasMasked(is)) continue;
      const where = `${pathOf(pair.volume)}.${key}`;
      log.warn(`${where} holds the value of a masked variable, which all can read who may see the Pod`);
    }
  }
}

function entryProblems(pair: Expanded, variables: Variables): string[] {
  return textsOf(pair).flatMap(({ key, was, is, rule }) => {
    const problem = was.includes('$') ? rule(is) : undefined;
    return problem === undefined
      ? []
      : [`${pathOf(pair.volume)}.${key} ${JSON.stringify(was)}: ${quoted(is, variables)} ${problem}`];
  });
}

/** What may have variables in it. */
function textsOf({ written, volume }: Expanded) {
  return [
    { key: 'name', was: written.name, is: volume.name, rule: objectNameProblem },
    { key: 'mount_path', was: written.mountPath, is: volume.mountPath, rule: mountPathProblem },
    {
      key: 'sub_path',
      was: written.subPath,
      is: volume.subPath,
      // The volume as a whole, or more of it than was meant, is what an unset variable would give away.
      rule: (path: string) =>
        emptyParts(path) > emptyParts(written.subPath) ? 'has an empty part' : subPathProblem(path),
    },
  ];
}

function pairs(written: readonly WrittenVolume[], volumes: readonly WrittenVolume[]): Expanded[] {
  return volumes.map((volume, i) => ({ volume, written: written[i] ?? volume }));
}

function quoted(text: string, variables: Variables): string {
  return JSON.stringify(shownText(text, variables));
}
