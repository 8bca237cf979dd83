import type { ConfigNotice } from '../plugin.ts';
import type { ExecutorConfig } from './runner-config.ts';

/** What the administrator should know about core's own keys. */
export function executorNotices({ poll_interval }: ExecutorConfig): ConfigNotice[] {
  if (poll_interval === 0) return [];
  return [{ path: 'poll_interval', message: 'has no effect: podwright watches its Pods and does not poll' }];
}
