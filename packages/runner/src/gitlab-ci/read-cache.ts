import type { CiCache } from './ci-job.ts';
import type { CiValue } from './value.ts';

const cacheKeys = ['fallback_keys', 'key', 'paths', 'policy', 'unprotect', 'untracked', 'when'];
const whens = ['on_success', 'on_failure', 'always'] as const;

/** `cache`: one, or a list. */
export function readCaches(value: CiValue): CiCache[] {
  return (value.items() ?? []).flatMap((item) => readCache(item));
}

function readCache(value: CiValue): CiCache[] {
  if (value.entries() === undefined) return [];
  value.checkKeys(cacheKeys);
  const paths = value.get('paths')?.strings();
  const untracked = value.get('untracked')?.boolean();
  const when = value.get('when')?.oneOf(whens);
  const policy = value.get('policy')?.string();
  const fallbackKeys = value.get('fallback_keys')?.strings();
  return [
    {
      key: readKey(value.get('key')) ?? 'default',
      ...(paths && { paths }),
      ...(untracked !== undefined && { untracked }),
      ...(when !== undefined && { when }),
      policy: policy ?? 'pull-push',
      ...(fallbackKeys && { fallback_keys: fallbackKeys }),
    },
  ];
}

/** A text, or a map with `files`, whose key GitLab makes from their last commits: here it is what GitLab uses where there are none. */
function readKey(value: CiValue | undefined): string | undefined {
  if (value?.node.kind !== 'map') return value?.string();
  value.checkKeys(['files', 'files_commits', 'prefix']);
  const prefix = value.get('prefix')?.string();
  return prefix === undefined ? 'default' : `${prefix}-default`;
}
