import type { z } from 'zod';
import type { ExecutorHooks } from './hooks.ts';
import type { OverwriteMatch } from './overwrite-pattern.ts';
import type { Logger } from './ports.ts';

/** Verbs on one kind of object that a plugin needs, as in a Kubernetes Role's rules. */
export interface RbacRule {
  /** API group; empty for the core group. */
  readonly apiGroup: string;
  /** Plural, such as `secrets` or `pods/exec`. */
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** A job variable that a plugin reads, for the docs and for refusing it when the plugin is off. */
export interface PluginVariable {
  /** The name; a trailing `*` stands for any suffix. */
  readonly name: string;
  /** One sentence for the README's table. */
  readonly description: string;
  /** Its value is a secret by its nature: masked in the trace and kept out of the Pod, even where nobody marked it so. */
  readonly secret?: boolean;
}

/** Something in a configuration that is legal and deserves a word all the same. */
export interface ConfigNotice {
  /** Below `[runners.kubernetes]`, such as `namespace_overwrite_allowed` or `cap_add[0]`. */
  readonly path: string;
  readonly message: string;
}

/** What a plugin is given when it is set up for one runner. */
export interface PluginSetup<C> {
  readonly hooks: ExecutorHooks;
  /** The plugin's part of `[runners.kubernetes]`, parsed by its schema. Frozen. */
  readonly config: C;
  /** Lines carry the plugin's name, and no job's secrets are masked in them: what is of a job belongs into `job.log`. */
  readonly logger: Logger;
  /** How the patterns of `*_overwrite_allowed` keys are matched. */
  readonly overwriteMatch: OverwriteMatch;
}

/** What `notices` may depend on, besides the configuration. */
export type NoticeContext = Pick<PluginSetup<unknown>, 'overwriteMatch'>;

/** What `definePlugin` is given. */
export interface PluginDefinition<S extends z.ZodObject> {
  /** Kebab-case, unique; our own have no prefix. */
  readonly name: string;
  /** Range of core versions that it works with, such as `^0.1.0`. */
  readonly core: string;
  /** Keys that the plugin owns in `[runners.kubernetes]`; each with `.describe()` for the docs. An empty object is fine. */
  readonly configSchema: S;
  /** Plugins that must be loaded before this one. */
  readonly requires?: readonly string[];
  readonly rbac?: readonly RbacRule[];
  readonly variables?: readonly PluginVariable[];
  /** What the administrator should know about a valid configuration, at start and in `config check`. Pure. */
  notices?(config: z.output<S>, context: NoticeContext): readonly ConfigNotice[];
  /** Compute here what depends on the config alone, then tap. With nothing to do, tap nothing. Must not do I/O. */
  apply(setup: PluginSetup<z.output<S>>): void;
}

/** A plugin as core sees it. */
export interface Plugin {
  readonly name: string;
  readonly core: string;
  readonly configSchema: z.ZodObject;
  readonly requires: readonly string[];
  readonly rbac: readonly RbacRule[];
  readonly variables: readonly PluginVariable[];
  notices(config: unknown, context: NoticeContext): readonly ConfigNotice[];
  apply(setup: PluginSetup<unknown>): void;
}

/** Makes a plugin out of its parts; annotate the export with `: Plugin`. Checks nothing: loading does. */
export function definePlugin<S extends z.ZodObject>(definition: PluginDefinition<S>): Plugin {
  return Object.freeze({
    name: definition.name,
    core: definition.core,
    configSchema: definition.configSchema,
    requires: definition.requires ?? [],
    rbac: definition.rbac ?? [],
    variables: definition.variables ?? [],
    notices: (config: unknown, context: NoticeContext) => definition.notices?.(config as z.output<S>, context) ?? [],
    apply: (setup: PluginSetup<unknown>) => definition.apply(setup as PluginSetup<z.output<S>>),
  });
}
