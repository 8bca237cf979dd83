import type { AsyncSeriesHook } from 'tapable';
import { JobRejectedError, PluginError, PluginLoadError, PodFieldConflictError, messageOf } from './errors.ts';
import type { ExecutorHooks } from './hooks.ts';
import type { Author } from './pod/draft.ts';
import { DraftUnderWork } from './pod/draft-under-work.ts';

/** A tap as tapable registers it. */
type FullTap = AsyncSeriesHook<[]>['taps'][number];

/** How often a plugin's tap was called and how long it took in all. */
export interface TapTiming {
  readonly plugin: string;
  readonly hook: string;
  calls: number;
  milliseconds: number;
}

/**
 * Stands between the hooks and every tap: refuses taps that would break the order, names the plugin in errors, measures,
 * and attributes what the tap wrote into a draft.
 */
export class Guard {
  readonly timings: TapTiming[] = [];
  /** The plugin that is being applied; taps are refused at any other time. */
  #applying: string | undefined;

  constructor(hooks: ExecutorHooks) {
    for (const [name, hook] of Object.entries(hooks) as [string, AsyncSeriesHook<unknown[]>][]) {
      hook.intercept({ register: (tap) => this.#wrap(name, tap) });
    }
  }

  /** Lets one plugin tap. @throws PluginLoadError when it taps wrongly or fails */
  applying(plugin: string, apply: () => void): void {
    this.#applying = plugin;
    try {
      apply();
    } catch (error) {
      if (error instanceof PluginLoadError) throw error;
      throw new PluginLoadError(plugin, `could not be set up: ${messageOf(error)}`, { cause: error });
    } finally {
      this.#applying = undefined;
    }
  }

  #wrap(hook: string, tap: FullTap): FullTap {
    const plugin = this.#applying;
    if (plugin === undefined)
      throw new PluginLoadError(tap.name, `taps ${hook} after it was set up; taps belong in apply()`);
    if (tap.name !== plugin)
      throw new PluginLoadError(plugin, `taps ${hook} under the name "${tap.name}"; use its own name`);
    if (tap.before !== undefined || tap.stage !== undefined) {
      throw new PluginLoadError(
        plugin,
        `taps ${hook} with "stage" or "before"; the order of the plugin list is the only order`,
      );
    }
    if (tap.type === 'async') throw new PluginLoadError(plugin, `taps ${hook} with tapAsync; use tap or tapPromise`);
    if (this.timings.some((t) => t.plugin === plugin && t.hook === hook)) {
      throw new PluginLoadError(plugin, `taps ${hook} twice; once is enough`);
    }
    const timing: TapTiming = { plugin, hook, calls: 0, milliseconds: 0 };
    this.timings.push(timing);
    return {
      ...tap,
      fn:
        tap.type === 'promise' ? guardPromise(timing, tap.fn as TapFunction) : guardSync(timing, tap.fn as TapFunction),
    };
  }
}

type TapFunction = (...args: unknown[]) => unknown;

function guardSync(timing: TapTiming, fn: TapFunction): TapFunction {
  const author = authorOf(timing);
  return (...args) => {
    const start = performance.now();
    try {
      fn(...args);
      attribute(author, args[0]);
    } catch (error) {
      throw withPlugin(timing, error);
    } finally {
      count(timing, start);
    }
  };
}

function guardPromise(timing: TapTiming, fn: TapFunction): TapFunction {
  const author = authorOf(timing);
  return async (...args) => {
    const start = performance.now();
    try {
      await fn(...args);
      attribute(author, args[0]);
    } catch (error) {
      throw withPlugin(timing, error);
    } finally {
      count(timing, start);
    }
  };
}

/** One for all that a tap ever writes. */
function authorOf({ plugin, hook }: TapTiming): Author {
  return Object.freeze({ plugin, hook });
}

function attribute(author: Author, draft: unknown): void {
  if (draft instanceof DraftUnderWork) draft.attribute(author);
}

function count(timing: TapTiming, start: number): void {
  timing.calls += 1;
  timing.milliseconds += performance.now() - start;
}

function withPlugin({ plugin, hook }: TapTiming, error: unknown): Error {
  if (error instanceof JobRejectedError) {
    error.plugin ??= plugin;
    return error;
  }
  if (error instanceof PodFieldConflictError) return error;
  return new PluginError(plugin, hook, { cause: error });
}
