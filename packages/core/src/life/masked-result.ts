import type { JobResult } from '../failure.ts';
import type { TextMask } from './text-mask.ts';

/** A result without the job's secrets: texts of the cluster and of plugins repeat what is in the fields of the Pod. */
export function maskedResult(result: JobResult, mask: TextMask): JobResult {
  if (result.state === 'success') return result;
  const { message, hint } = result;
  const masked = { ...result, message: mask.text(message) };
  return hint === undefined ? masked : { ...masked, hint: mask.text(hint) };
}
