const replacement = Buffer.from('[MASKED]');

/** A node of the automaton: a prefix of one or more secrets. */
interface Node {
  readonly depth: number;
  readonly next: Map<number, Node>;
  /** The longest proper suffix of this prefix that is a prefix as well. */
  fallback: Node | undefined;
  /** Length of the longest secret that ends here; 0 when none does. */
  ends: number;
}

/**
 * Replaces secrets in a stream of bytes, wherever the stream is cut. Every byte that belongs to any occurrence of any
 * secret is hidden, also where occurrences overlap; an unbroken run of hidden bytes becomes one `[MASKED]`. Linear time
 * (Aho-Corasick); holds back at most as many bytes as the longest secret has.
 */
export class Masker {
  readonly #root: Node;
  /** Bytes with which a secret begins: at the root everything else is skipped at full speed. */
  readonly #first = new Uint8Array(256);
  #state: Node;
  /** What was read and may yet turn out to be secret. */
  #held = Buffer.alloc(0);
  /** Which of `#held` is: from, to; sorted and apart. */
  #hidden: [number, number][] = [];
  /** Whether the last byte that was given out belonged to a run, which has its `[MASKED]` already. */
  #inRun = false;

  constructor(secrets: readonly string[]) {
    this.#root = automaton(secrets.filter((secret) => secret !== '').map((secret) => Buffer.from(secret)));
    this.#state = this.#root;
    for (const byte of this.#root.next.keys()) this.#first[byte] = 1;
  }

  /** Takes a piece of the stream. @returns what of it, and of earlier pieces, can be shown */
  write(chunk: Uint8Array): Uint8Array {
    if (this.#root.next.size === 0) return chunk;
    const start = this.#held.length;
    const text = start === 0 ? view(chunk) : Buffer.concat([this.#held, chunk]);
    this.#scan(text, start);
    return this.#release(text, text.length - this.#state.depth);
  }

  /** The stream has ended; another one may begin. @returns what was still held back */
  end(): Uint8Array {
    this.#state = this.#root;
    const rest = this.#release(this.#held, this.#held.length);
    this.#inRun = false;
    return rest;
  }

  #scan(text: Buffer, start: number): void {
    let state = this.#state;
    for (let at = start; at < text.length; at += 1) {
      const byte = text[at] as number;
      if (state === this.#root && this.#first[byte] === 0) continue;
      let next = state.next.get(byte);
      while (next === undefined && state.fallback !== undefined) {
        state = state.fallback;
        next = state.next.get(byte);
      }
      state = next ?? this.#root;
      if (state.ends > 0) this.#hide(at + 1 - state.ends, at + 1);
    }
    this.#state = state;
  }

  #hide(from: number, to: number): void {
    let merged = from;
    for (let last = this.#hidden.at(-1); last !== undefined && last[1] >= merged; last = this.#hidden.at(-1)) {
      merged = Math.min(merged, last[0]);
      this.#hidden.pop();
    }
    this.#hidden.push([merged, to]);
  }

  /** Gives out `text` up to `end`, and keeps the rest. */
  #release(text: Buffer, end: number): Uint8Array {
    const parts: Uint8Array[] = [];
    const kept: [number, number][] = [];
    let shown = 0;
    for (const [from, to] of this.#hidden) {
      if (to > end) kept.push([Math.max(from, end) - end, to - end]);
      if (from >= end) continue;
      if (from > shown) {
        parts.push(text.subarray(shown, from));
        this.#inRun = false;
      }
      if (!this.#inRun) parts.push(replacement);
      this.#inRun = true;
      shown = Math.min(to, end);
    }
    if (end > shown) {
      parts.push(text.subarray(shown, end));
      this.#inRun = false;
    }
    this.#hidden = kept;
    this.#held = Buffer.from(text.subarray(end));
    return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
  }
}

function automaton(secrets: readonly Buffer[]): Node {
  const root = node(0);
  for (const secret of secrets) {
    let at = root;
    for (const byte of secret) {
      let next = at.next.get(byte);
      if (next === undefined) {
        next = node(at.depth + 1);
        at.next.set(byte, next);
      }
      at = next;
    }
    at.ends = secret.length;
  }
  linkFallbacks(root);
  return root;
}

/** Breadth first, so that a node's fallback is complete before it is needed. */
function linkFallbacks(root: Node): void {
  const queue: Node[] = [root];
  for (let i = 0; i < queue.length; i += 1) {
    const parent = queue[i] as Node;
    for (const [byte, child] of parent.next) {
      let fallback = parent.fallback;
      while (fallback !== undefined && !fallback.next.has(byte)) fallback = fallback.fallback;
      child.fallback = fallback?.next.get(byte) ?? root;
      child.ends = Math.max(child.ends, child.fallback.ends);
      queue.push(child);
    }
  }
}

function node(depth: number): Node {
  return { depth, next: new Map(), fallback: undefined, ends: 0 };
}

function view(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
