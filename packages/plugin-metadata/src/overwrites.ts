import { compilePattern, readOverwrite, type Overwrite, type OverwriteMatch, type Variables } from '@podwright/core';
import type { MetadataConfig } from './config.ts';
import { problemOfKey } from './object-key.ts';

/** Every variable that begins so is an annotation. */
export const variablePrefix = 'KUBERNETES_POD_ANNOTATIONS_';

/** Begins so too, but is how GitLab Runner is told the pattern when it is registered; it may be in `environment`. */
const patternVariable = 'KUBERNETES_POD_ANNOTATIONS_OVERWRITE_ALLOWED';

/** An annotation that a job sets. */
export interface AnnotationOverwrite {
  readonly variable: string;
  readonly key: string;
  readonly value: string;
  /** Whether the value of a masked variable is in it. */
  readonly isSecret: boolean;
  /** The text of the variable, `key=value`, as it may be shown. */
  readonly shown: string;
}

/** What a job's annotation variables come to. */
export interface Overwrites {
  /** In the order of the variables. */
  readonly applied: readonly AnnotationOverwrite[];
  /** What the configuration does not allow, for the trace. */
  readonly ignored: readonly string[];
  /** Why the job cannot run; one sentence each, without a full stop. */
  readonly problems: readonly string[];
}

interface Wanted extends Overwrite {
  readonly variable: string;
}

/** Makes the reader for one configuration, whose pattern it compiles. An empty variable sets nothing. */
export function overwritesReader(config: MetadataConfig, match: OverwriteMatch): (variables: Variables) => Overwrites {
  const pattern = config.pod_annotations_overwrite_allowed;
  const matches = compilePattern(pattern, match);
  return (variables) => {
    const wanted = wantedAnnotations(variables);
    if (pattern === '') return { applied: [], ignored: wanted.map(ignoredLine), problems: [] };
    const verdicts = wanted.map((overwrite) => judge(overwrite, pattern, matches));
    return {
      applied: verdicts.filter((verdict) => typeof verdict !== 'string'),
      ignored: [],
      problems: verdicts.filter((verdict) => typeof verdict === 'string'),
    };
  };
}

/** The last variable of each name, in the order of the list. */
function wantedAnnotations(variables: Variables): Wanted[] {
  return [...variables]
    .filter(({ key }) => key.startsWith(variablePrefix) && key !== patternVariable)
    .filter((variable) => variables.find(variable.key) === variable)
    .flatMap(({ key: variable }) => {
      const overwrite = readOverwrite(variables, variable);
      return overwrite ? [{ variable, ...overwrite }] : [];
    });
}

function ignoredLine({ variable, shown }: Wanted): string {
  const why = "pod_annotations_overwrite_allowed is not set in this runner's configuration";
  return `${variable} ${JSON.stringify(shown)} is ignored: ${why}`;
}

/** @returns the annotation, or why there is none */
function judge(
  { variable, text, isSecret, shown }: Wanted,
  pattern: string,
  matches: (text: string) => boolean,
): AnnotationOverwrite | string {
  const written = JSON.stringify(shown);
  const equals = text.indexOf('=');
  if (equals === -1) return `${variable} is ${written}, but must be key=value`;
  const key = text.slice(0, equals);
  const problem = problemOfKey('annotation', key);
  if (problem !== undefined) return `${variable} is ${written}, but its key ${problem}`;
  if (!matches(text)) {
    const allowed = `this runner allows only what matches ${JSON.stringify(pattern)} (pod_annotations_overwrite_allowed)`;
    return `${variable} is ${written}, but ${allowed}`;
  }
  return { variable, key, value: text.slice(equals + 1), isSecret, shown };
}
