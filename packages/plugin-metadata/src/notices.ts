import { joinPath, patternNotices, type ConfigNotice, type NoticeContext } from '@podwright/core';
import type { MetadataConfig } from './config.ts';
import { labelValue } from './label-value.ts';

/** What the administrator should know about the metadata. */
export function metadataNotices(config: MetadataConfig, { overwriteMatch }: NoticeContext): ConfigNotice[] {
  const { pod_labels, pod_annotations_overwrite_allowed: pattern } = config;
  return [
    ...Object.entries(pod_labels).flatMap(([key, value]) => labelNotice(key, value)),
    ...patternNotices('pod_annotations_overwrite_allowed', pattern, overwriteMatch),
  ];
}

/** What a value with references comes to, only the job knows. */
function labelNotice(key: string, value: string): ConfigNotice[] {
  const made = labelValue(value);
  if (value.includes('$') || made === value) return [];
  const message = `${JSON.stringify(value)} cannot be the value of a label; ${JSON.stringify(made)} is sent`;
  return [{ path: joinPath('pod_labels', [key]), message }];
}
