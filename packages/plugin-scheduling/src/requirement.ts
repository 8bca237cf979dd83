import { filled } from './filled.ts';
import type { Requirement } from './requirement-config.ts';

/** A requirement as Kubernetes has it. */
export function requirement({ key, operator, values }: Requirement) {
  return { key, operator, ...filled('values', [...values]) };
}
