import type { z } from 'zod';
import type { ExecutorHooks } from './hooks.ts';
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
}

/** What a plugin is given when it is set up for one runner. */
export interface PluginSetup<C> {
  readonly hooks: ExecutorHooks;
  /** The plugin's part of `[runners.kubernetes]`, parsed by its schema. Frozen. */
  readonly config: C;
  /** Lines carry the plugin's name. */
  readonly logger: Logger;
}

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
    apply: (setup: PluginSetup<unknown>) => definition.apply(setup as PluginSetup<z.output<S>>),
  });
}
