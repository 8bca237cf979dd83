import { joinPath } from '@podwright/core';
import type { CiProblems } from './problems.ts';
import { CiValue, type CiNode, type MapNode } from './value.ts';

const maxLevels = 100;

/**
 * Gives every job what it `extends`: hashes are merged deeply, everything else is replaced, later templates win over
 * earlier ones and the job itself over all. Unknown templates and cycles are reported.
 */
export function resolveExtends(root: MapNode, problems: CiProblems): MapNode {
  const done = new Map<string, CiNode>();

  function resolve(name: string, chain: readonly string[]): CiNode | undefined {
    const known = done.get(name);
    if (known !== undefined) return known;
    const node = root.entries.get(name);
    if (node?.kind !== 'map') return node;

    const merged = templatesOf(name, node, [...chain, name]).reduceRight<MapNode>(
      (job, base) => merge(base, job),
      node,
    );
    done.set(name, merged);
    return merged;
  }

  function templatesOf(name: string, node: MapNode, chain: readonly string[]): MapNode[] {
    const value = new CiValue(node, joinPath('', [name]), problems).get('extends');
    return (value?.items() ?? []).flatMap((item) => {
      const template = item.string();
      if (template === undefined) return [];
      if (chain.includes(template)) {
        const cycle = [...chain.slice(chain.indexOf(template)), template].join(' -> ');
        item.report(`extends itself: ${cycle}`);
        return [];
      }
      if (chain.length >= maxLevels) return item.report(`extends more than ${maxLevels} levels deep`) ?? [];
      const base = resolve(template, chain);
      if (base?.kind === 'map') return [base];
      item.report(`${JSON.stringify(template)} is not a job or template of this file`);
      return [];
    });
  }

  const entries = [...root.entries].map(([name, node]) => [name, resolve(name, []) ?? node] as const);
  return { ...root, entries: new Map(entries) };
}

/** Lays `over` on `base`; the key `extends` itself is not handed down. */
function merge(base: MapNode, over: MapNode): MapNode {
  const entries = new Map(base.entries);
  entries.delete('extends');
  for (const [key, value] of over.entries) {
    const below = entries.get(key);
    entries.set(key, below?.kind === 'map' && value.kind === 'map' ? mergeValues(below, value) : value);
  }
  return { ...over, entries };
}

function mergeValues(base: MapNode, over: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const [key, value] of over.entries) {
    const below = entries.get(key);
    entries.set(key, below?.kind === 'map' && value.kind === 'map' ? mergeValues(below, value) : value);
  }
  return { ...over, entries };
}
