import {
  LineCounter,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
  type Alias,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { joinPath } from '@podwright/core';
import type { CiProblems } from './problems.ts';
import type { CiNode, ListNode, MapNode, ReferenceNode, ScalarNode } from './value.ts';

const maxBytes = 2 * 1024 * 1024;
/** Bounds what aliases can blow a small file up to. */
const maxNodes = 100_000;
const maxDepth = 100;

/**
 * Reads the text of a `.gitlab-ci.yml` as GitLab does: YAML 1.1 with anchors, merge keys and `!reference` tags.
 * What is wrong is added to `problems`; undefined when there is no map to go on with.
 */
export function parseYaml(text: string, problems: CiProblems): MapNode | undefined {
  if (Buffer.byteLength(text) > maxBytes) {
    problems.add(0, '', `larger than ${maxBytes / 1024 / 1024} MiB`);
    return undefined;
  }
  const lines = new LineCounter();
  const documents = parse(text, lines, problems);
  if (documents === undefined) return undefined;
  if (documents.length > 1) {
    const second = documents[1]?.range[0] ?? 0;
    problems.add(
      lines.linePos(second).line,
      '',
      'a second YAML document begins here; a "spec" header is not supported',
    );
    return undefined;
  }
  const root = documents[0]?.contents ?? null;
  if (!isMap(root)) {
    problems.add(root === null ? 0 : 1, '', 'must be a map of jobs and keywords');
    return undefined;
  }
  return documents[0] === undefined ? undefined : new Converter(documents[0], lines, problems).convertRoot(root);
}

type ParsedDocument = Document.Parsed;

function parse(text: string, lines: LineCounter, problems: CiProblems): ParsedDocument[] | undefined {
  let documents: ParsedDocument[] | { empty: true };
  try {
    documents = parseAllDocuments(text, {
      version: '1.1',
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
      uniqueKeys: isSameKey,
      customTags: (tags) => [...tags, { tag: '!reference', collection: 'seq', resolve: (list) => list }],
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.add(0, '', 'is nested too deeply');
    return undefined;
  }
  if (!Array.isArray(documents)) return [];
  for (const { pos, message } of documents.flatMap((d) => [...d.errors, ...d.warnings])) {
    problems.add(
      lines.linePos(pos[0]).line,
      '',
      `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    );
  }
  if (documents.some((d) => d.errors.length > 0)) return undefined;
  return documents.filter(({ contents }, i) => i === 0 || !(isScalar(contents) && contents.value === null));
}

function isSameKey(a: Node, b: Node): boolean {
  return isScalar(a) && isScalar(b) && a.source === b.source && !isMergeKey(a);
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.source === '<<' && key.type === 'PLAIN';
}

/** Turns the library's nodes into ours: aliases followed, merge keys applied, each with its line. */
class Converter {
  #nodes = 0;
  readonly #targets: ReadonlyMap<Alias, Node>;

  constructor(
    document: ParsedDocument,
    readonly lines: LineCounter,
    readonly problems: CiProblems,
  ) {
    this.#targets = aliasTargets(document);
  }

  convertRoot(root: YAMLMap): MapNode | undefined {
    const node = this.convertMap(root, '', 1, 0);
    return this.#nodes > maxNodes ? undefined : node;
  }

  private convert(node: unknown, path: string, line: number, depth: number): CiNode {
    this.#nodes += 1;
    const nothing: ScalarNode = { kind: 'scalar', line, value: null, text: '' };
    if (this.#nodes > maxNodes) {
      if (this.#nodes === maxNodes + 1) this.problems.add(line, '', `more than ${maxNodes} values with all aliases`);
      return nothing;
    }
    if (depth > maxDepth) {
      this.problems.add(line, '', `nested more than ${maxDepth} deep`);
      return nothing;
    }
    if (isAlias(node)) return this.convert(this.follow(node, path, line), path, line, depth + 1);
    if (isScalar(node)) return scalar(node, line);
    if (isMap(node)) return this.convertMap(node, path, line, depth);
    if (!isSeq(node)) return nothing;

    const items = node.items.map((item, i) => this.convert(item, `${path}[${i}]`, this.lineOf(item, line), depth + 1));
    return node.tag === '!reference'
      ? this.reference(items, path, line)
      : ({ kind: 'list', line, items } satisfies ListNode);
  }

  private convertMap(map: YAMLMap, path: string, line: number, depth: number): MapNode {
    const merged = new Map<string, CiNode>();
    const own = new Map<string, CiNode>();
    for (const pair of map.items) {
      const at = this.lineOf(pair.key, line);
      if (isMergeKey(pair.key)) {
        for (const [key, value] of this.mergeSources(pair, path, at, depth))
          if (!merged.has(key)) merged.set(key, value);
        continue;
      }
      const key = keyText(pair.key);
      if (key === undefined) this.problems.add(at, path, 'a key must be a plain word or string');
      else own.set(key, this.convert(pair.value, joinPath(path, [key]), at, depth + 1));
    }
    return { kind: 'map', line, entries: new Map([...merged, ...own]) };
  }

  /** What `<<: *a` or `<<: [*a, *b]` brings in; the first source of a key wins. */
  private mergeSources(pair: Pair, path: string, line: number, depth: number): [string, CiNode][] {
    const source = isAlias(pair.value) ? this.follow(pair.value, path, line) : pair.value;
    const maps = isSeq(source)
      ? source.items.map((item) => (isAlias(item) ? this.follow(item, path, line) : item))
      : [source];
    return maps.flatMap((map) => {
      if (isMap(map) && depth < maxDepth) return [...this.convertMap(map, path, line, depth + 1).entries];
      this.problems.add(line, path, 'a merge key (<<) takes a map or a list of maps');
      return [];
    });
  }

  private reference(items: readonly CiNode[], path: string, line: number): ReferenceNode | ScalarNode {
    const keys = items.flatMap((item) => (item.kind === 'scalar' && item.value !== null ? [item.text] : []));
    if (keys.length === items.length && keys.length > 0) return { kind: 'reference', line, path: keys };
    this.problems.add(line, path, '!reference takes the path of a value, such as !reference [.setup, script]');
    return { kind: 'scalar', line, value: null, text: '' };
  }

  private follow(alias: Alias, path: string, line: number): Node | undefined {
    const target = this.#targets.get(alias);
    if (target === undefined)
      this.problems.add(line, path, `*${alias.source}: there is no anchor &${alias.source} before it`);
    return target;
  }

  private lineOf(node: unknown, otherwise: number): number {
    const range = (node as Partial<Node> | null)?.range;
    return range == null ? otherwise : this.lines.linePos(range[0]).line;
  }
}

/** What each alias stands for: the last node before it with that anchor. One walk for all of them. */
function aliasTargets(document: ParsedDocument): Map<Alias, Node> {
  const anchored = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node(_, node) {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
    Alias(_, alias) {
      const target = anchored.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
  });
  return targets;
}

function scalar(node: Scalar, line: number): ScalarNode {
  const text = node.source ?? '';
  return { kind: 'scalar', line, value: scalarValue(node, text), text };
}

function scalarValue({ value, type }: Scalar, text: string): ScalarNode['value'] {
  // YAML 1.1 has y and n for true and false; the parser that GitLab uses does not.
  if (type === 'PLAIN' && /^[yn]$/i.test(text)) return text;
  const isPlain = ['string', 'number', 'bigint', 'boolean'].includes(typeof value) || value === null;
  return isPlain || value instanceof Date ? (value as ScalarNode['value']) : text;
}

function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  return key.source ?? '';
}
