import { managedByLabel, overwritePattern, podLabel } from '@podwright/core';
import { z } from 'zod';
import { problemOfSize } from './annotation-size.ts';
import { problemOfKey, type KeyKind } from './object-key.ts';

/** The plugin's keys of `[runners.kubernetes]`, with defaults filled in. */
export interface MetadataConfig {
  /** Labels of the Pod, by their keys. Variables are replaced in the values, which are then made to fit. */
  readonly pod_labels: Readonly<Record<string, string>>;
  /** Annotations of the Pod, by their keys. Variables are replaced in the values. */
  readonly pod_annotations: Readonly<Record<string, string>>;
  /** Pattern of the annotations, as `key=value`, that a job may set. Empty: none. */
  readonly pod_annotations_overwrite_allowed: string;
}

/** What core finds its Pods by, and Services theirs. */
const ownLabels: ReadonlySet<string> = new Set(['pod', podLabel, ...Object.keys(managedByLabel)]);

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z.strictObject({
  pod_labels: texts('label')
    .superRefine((labels, context) => {
      for (const key of Object.keys(labels).filter((label) => ownLabels.has(label))) {
        const message = 'is a label by which podwright finds the Pod; choose another key';
        context.addIssue({ code: 'custom', path: [key], message });
      }
    })
    .describe(
      'Labels of the Pod. Variables are replaced in the values, and what Kubernetes does not allow becomes `_`.',
    ),
  pod_annotations: texts('annotation')
    .superRefine((annotations, context) => {
      const message = problemOfSize(Object.entries(annotations).filter(([, value]) => !value.includes('$')));
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .describe('Annotations of the Pod. Variables are replaced in the values.'),
  pod_annotations_overwrite_allowed: overwritePattern.describe(
    'RE2 pattern that `key=value` of an annotation set with `KUBERNETES_POD_ANNOTATIONS_*` must match. Empty: no overwrite.',
  ),
}) satisfies z.ZodType<MetadataConfig>;

function texts(kind: KeyKind) {
  return z
    .record(z.string(), z.string({ error: 'must be a text in quotes' }))
    .default({})
    .superRefine((table, context) => {
      for (const key of Object.keys(table)) {
        const message = problemOfKey(kind, key);
        if (message !== undefined) context.addIssue({ code: 'custom', path: [key], message });
      }
    });
}
