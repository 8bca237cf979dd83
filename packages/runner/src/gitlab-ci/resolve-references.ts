import { joinPath } from '@podwright/core';
import type { CiProblems } from './problems.ts';
import type { CiNode, MapNode, ReferenceNode } from './value.ts';

const maxLevels = 100;

/**
 * Puts the named value in the place of each `!reference`, also inside referenced values. Unknown paths and cycles are
 * reported, and leave nothing behind.
 */
export function resolveReferences(root: MapNode, problems: CiProblems): MapNode {
  const done = new Map<CiNode, CiNode>();

  function resolve(node: CiNode, path: string, chain: readonly string[]): CiNode {
    if (node.kind === 'scalar') return node;
    const known = done.get(node);
    if (known !== undefined) return known;
    const resolved = resolveInside(node, path, chain);
    done.set(node, resolved);
    return resolved;
  }

  function resolveInside(node: Exclude<CiNode, { kind: 'scalar' }>, path: string, chain: readonly string[]): CiNode {
    switch (node.kind) {
      case 'reference':
        return follow(node, path, chain);
      case 'list':
        return { ...node, items: node.items.map((item, i) => resolve(item, `${path}[${i}]`, chain)) };
      case 'map': {
        const entries = [...node.entries].map(([k, v]) => [k, resolve(v, joinPath(path, [k]), chain)] as const);
        return { ...node, entries: new Map(entries) };
      }
    }
  }

  function follow(node: ReferenceNode, path: string, chain: readonly string[]): CiNode {
    const name = node.path.join(', ');
    const nothing: CiNode = { kind: 'scalar', line: node.line, value: null, text: '' };
    if (chain.includes(name)) {
      problems.add(node.line, path, `!reference [${name}] leads back to itself: ${[...chain, name].join(' -> ')}`);
      return nothing;
    }
    if (chain.length >= maxLevels) {
      problems.add(node.line, path, `!reference [${name}]: more than ${maxLevels} levels deep`);
      return nothing;
    }
    const target = lookUp(root, node.path);
    if (target === undefined) {
      problems.add(node.line, path, `!reference [${name}]: there is no such value in this file`);
      return nothing;
    }
    const inner = [...chain, name];
    return target.kind === 'scalar' ? target : resolve(target, joinPath('', node.path), inner);
  }

  const resolved = resolve(root, '', []);
  return resolved.kind === 'map' ? resolved : root;
}

function lookUp(root: MapNode, path: readonly string[]): CiNode | undefined {
  let node: CiNode | undefined = root;
  for (const key of path) {
    if (node?.kind !== 'map') return undefined;
    node = node.entries.get(key);
  }
  return node;
}
