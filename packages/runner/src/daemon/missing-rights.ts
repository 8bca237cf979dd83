import { clusterRbac, type ConnectedCluster } from '@podwright/cluster';
import { messageOf, type Logger, type Plugin, type RbacRule } from '@podwright/core';

/** What is needed on one kind of object. */
interface Need {
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** The plugin that needs it; empty when podwright itself does. */
  readonly plugin: string;
}

interface Deps {
  readonly cluster: Pick<ConnectedCluster, 'isAllowed'>;
  readonly namespace: string;
  readonly plugins: readonly Pick<Plugin, 'name' | 'rbac'>[];
}

/** Requests at once. */
const atOnce = 4;

/**
 * Asks whether the runner may do what podwright and its plugins have to, and says all that is missing in one line, as
 * rules for a Role. Never rejects: rights can come later, and a job that lacks one says so itself.
 */
export async function tellMissingRights(deps: Deps, logger: Logger, signal: AbortSignal): Promise<void> {
  const { namespace } = deps;
  try {
    const missing = await missingRights(deps, signal);
    if (missing.length === 0) return;
    const rules = missing.map(ruleText).join(', ');
    logger.warn({ namespace }, `the runner lacks rights in its namespace; add to the rules of its Role: ${rules}`);
  } catch (error) {
    if (signal.aborted) return;
    logger.warn({ namespace, error: messageOf(error) }, 'the rights of the runner could not be looked at');
  }
}

async function missingRights(deps: Deps, signal: AbortSignal): Promise<Need[]> {
  const { cluster, namespace } = deps;
  const all = needs(deps.plugins);
  const open = all.flatMap((need) => need.verbs.map((verb) => ({ need, verb })));
  const missing = new Map(all.map((need) => [need, new Set<string>()]));
  const work = async (): Promise<void> => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const { need, verb } = next;
      const { apiGroup, resource } = need;
      const isAllowed = await cluster.isAllowed({ namespace, apiGroup, resource, verb }, signal);
      if (!isAllowed) missing.get(need)?.add(verb);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return all
    .map((need) => ({ ...need, verbs: need.verbs.filter((verb) => missing.get(need)?.has(verb)) }))
    .filter(({ verbs }) => verbs.length > 0);
}

/** What podwright needs, then what plugins need beyond it; each verb once. */
function needs(plugins: Deps['plugins']): Need[] {
  const given = new Set<string>();
  const news = (rule: RbacRule, plugin: string): Need[] => {
    const verbs = rule.verbs.filter((verb) => {
      const right = `${verb} ${rule.apiGroup}/${rule.resource}`;
      const isNew = !given.has(right);
      given.add(right);
      return isNew;
    });
    return verbs.length === 0 ? [] : [{ apiGroup: rule.apiGroup, resource: rule.resource, verbs, plugin }];
  };
  return [
    ...clusterRbac.flatMap((rule) => news(rule, '')),
    ...plugins.flatMap(({ name, rbac }) => rbac.flatMap((rule) => news(rule, name))),
  ];
}

/** As in the YAML of a Role. */
function ruleText({ apiGroup, resource, verbs, plugin }: Need): string {
  const rule = JSON.stringify({ apiGroups: [apiGroup], resources: [resource], verbs });
  return plugin === '' ? rule : `${rule} (for the plugin ${plugin})`;
}
