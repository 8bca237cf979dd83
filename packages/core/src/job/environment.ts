import { freezeDeep } from '../freeze.ts';
import type { EnvVar } from '../kubernetes.ts';
import { isPublic, type Variable } from './variable.ts';

/**
 * Public variables and the runner's own, each once, by whether a Pod may show them. The scripts export the full list
 * themselves, so nothing secret need be in the Pod.
 */
export interface Environment {
  /**
   * The `env` of a container. `$` is doubled, as Kubernetes would resolve `$(NAME)` (trap T-9). Frozen, as containers
   * share it.
   */
  readonly shown: EnvVar[];
  /**
   * Public variables with something in their values that is not: by name, as they are. A container that runs no script of
   * the job's gets them through a Secret.
   */
  readonly hidden: ReadonlyMap<string, string>;
}

interface VariableList {
  unique(): Variable[];
  isHidden(variable: Variable): boolean;
}

/** Made once for a list; ask for its `environment`. */
export function environmentOf(variables: VariableList): Environment {
  const shown: EnvVar[] = [];
  const hidden = new Map<string, string>();
  for (const variable of variables.unique()) {
    const { key: name, value } = variable;
    if (!isPublic(variable)) continue;
    if (variables.isHidden(variable)) hidden.set(name, value);
    else shown.push({ name, value: value.includes('$') ? value.replaceAll('$', '$$$$') : value });
  }
  return { shown: freezeDeep(shown), hidden };
}
