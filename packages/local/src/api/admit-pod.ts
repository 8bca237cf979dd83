import type { Pod } from 'kubernetes-types/core/v1.js';
import { forbidden } from './api-error.ts';
import { serviceAccounts } from './resources/resources.ts';
import type { Store } from './store.ts';

/** Priorities that every cluster has. */
const priorityClasses = new Set(['system-node-critical', 'system-cluster-critical']);

/**
 * Refuses a Pod that names what this cluster does not have, as the admission plugins of a real one do.
 * @throws ApiError 403
 */
export function admitPod(store: Store, { metadata, spec }: Pod): void {
  const { name = '', namespace = '' } = metadata ?? {};
  const refuse = (why: string): never => {
    throw forbidden('pods', name, why);
  };
  const account = spec?.serviceAccountName || spec?.serviceAccount || 'default';
  if (store.get(serviceAccounts, namespace, account) === undefined) {
    refuse(`error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`);
  }
  const priority = spec?.priorityClassName;
  if (priority && !priorityClasses.has(priority)) refuse(`no PriorityClass with name ${priority} was found`);
  if (spec?.runtimeClassName) refuse(`pod rejected: RuntimeClass "${spec.runtimeClassName}" not found`);
  if (spec?.overhead !== undefined) refuse('pod rejected: overhead is set, but no RuntimeClass defines one');
}
