import type { JobContext, Variable } from '@podwright/core';

const key = 'DOCKER_AUTH_CONFIG';

/**
 * The content of the job's `DOCKER_AUTH_CONFIG`. Variables are expanded before jobs see them, which would eat each `$`
 * of a password (trap T-33 of 13.11). So this starts from what was written: references to variables that exist are
 * replaced and `$$` is `$`, as authors expect, and every other `$` stays. A raw variable is taken as it is.
 * @returns empty when there is none
 */
export function dockerAuthVariable(job: Pick<JobContext, 'payload' | 'runner' | 'variables'>): string {
  const written = job.payload.variables.findLast((variable) => variable.key === key) ?? ofRunner(job);
  if (!written) return job.variables.get(key);
  if (written.raw) return written.value;
  return written.value.replace(
    /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g,
    (reference, bare?: string, braced?: string) => {
      if (reference === '$$') return '$';
      return job.variables.find(bare ?? braced ?? '')?.value ?? reference;
    },
  );
}

function ofRunner({ runner }: Pick<JobContext, 'runner'>): Variable | undefined {
  const entry = runner.environment.findLast((line) => line.startsWith(`${key}=`));
  return entry === undefined ? undefined : { key, value: entry.slice(key.length + 1) };
}
