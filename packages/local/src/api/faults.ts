import type { Verb } from './http/request-info.ts';

/** What the node asks before it starts a container. */
export interface NodeFaults {
  /** The message with which pulling this image is to fail; `undefined`: it does not. */
  imagePullFailure(image: string): string | undefined;
}

/** Which requests a fault concerns; what is left out does not matter. */
export interface RequestMatch {
  readonly verb?: Verb;
  /** `pods`, `pods/exec`, `secrets`, … */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** A request, as faults and counters see it. */
export interface SeenRequest {
  readonly verb: Verb;
  /** With the subresource, as in `pods/exec`; empty for discovery. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface FaultScope {
  readonly match?: RequestMatch;
  /** How many requests are hit; default 1, `Infinity` for all until `clear`. */
  readonly times?: number;
}

/** An answer in place of the real one. */
export interface FaultAnswer {
  /** HTTP status code: 410, 429, 500, 503, … */
  readonly code: number;
  /** Value of `Retry-After`, in seconds. */
  readonly retryAfter?: number;
}

/** What is to go wrong with one request. */
export interface RequestFault {
  readonly delayMs: number;
  readonly answer?: FaultAnswer;
  readonly loseAnswer: boolean;
}

/** What faults can break that is under way. */
export interface Breakable {
  dropWatches(): number;
  dropExecs(): number;
  dropConnections(): number;
  expireWatches(): void;
  forgetHistory(): void;
}

interface Rule {
  readonly match: RequestMatch;
  left: number;
  readonly fault: Partial<RequestFault>;
}

/**
 * Makes the API misbehave, for tests. A request that several faults concern is hit by all of them: it is slow, then
 * answered with the first answer among them, or carried out and its answer lost.
 */
export class Faults implements NodeFaults {
  private rules: Rule[] = [];
  private forbidden: RequestMatch[] = [];
  private images: { readonly pattern: RegExp; readonly message: string }[] = [];

  constructor(private readonly breakable: Breakable) {}

  /** The next requests are not carried out but answered like this. */
  answer(answer: FaultAnswer, scope: FaultScope = {}): void {
    this.add(scope, { answer });
  }

  /** The next requests wait this long before anything else is done. */
  delay(milliseconds: number, scope: FaultScope = {}): void {
    this.add(scope, { delayMs: milliseconds });
  }

  /** The next requests are carried out, then their connection is cut. An exec is cut before it begins. */
  loseAnswer(scope: FaultScope = {}): void {
    this.add(scope, { loseAnswer: true });
  }

  /** Cuts the connections of all watches. @returns how many there were */
  dropWatches(): number {
    return this.breakable.dropWatches();
  }

  /** Cuts the connections of all exec and attach streams. @returns how many there were */
  dropExecs(): number {
    return this.breakable.dropExecs();
  }

  /** Cuts every connection, idle ones included. @returns how many there were */
  dropConnections(): number {
    return this.breakable.dropConnections();
  }

  /** Ends all watches with a 410: their versions are too old. */
  expireWatches(): void {
    this.breakable.expireWatches();
  }

  /** Forgets all changes so far: a watch that begins at an earlier version is answered with a 410. */
  forgetHistory(): void {
    this.breakable.forgetHistory();
  }

  /** These requests are refused with 403 until `clear`, and a SelfSubjectAccessReview says so. */
  forbid(match: RequestMatch): void {
    this.forbidden.push(match);
  }

  /** Pulling images that the pattern is found in fails with this message, until `clear`. */
  failImagePulls(pattern: RegExp, message = 'rpc error: code = NotFound desc = manifest unknown'): void {
    this.images.push({ pattern, message });
  }

  /** Everything works again. What was broken stays broken. */
  clear(): void {
    this.rules = [];
    this.forbidden = [];
    this.images = [];
  }

  imagePullFailure(image: string): string | undefined {
    return this.images.find(({ pattern }) => image.search(pattern) !== -1)?.message;
  }

  isForbidden(request: SeenRequest): boolean {
    return this.forbidden.some((match) => concerns(match, request));
  }

  /** What is to go wrong with a request; counts it. For the server. */
  take(request: SeenRequest): RequestFault | undefined {
    const hit = this.rules.filter(({ match }) => concerns(match, request));
    if (hit.length === 0) return undefined;
    for (const rule of hit) rule.left -= 1;
    this.rules = this.rules.filter(({ left }) => left > 0);
    const answer = hit.find(({ fault }) => fault.answer !== undefined)?.fault.answer;
    return {
      delayMs: hit.reduce((sum, { fault }) => sum + (fault.delayMs ?? 0), 0),
      loseAnswer: hit.some(({ fault }) => fault.loseAnswer === true),
      ...(answer === undefined ? {} : { answer }),
    };
  }

  private add({ match = {}, times = 1 }: FaultScope, fault: Partial<RequestFault>): void {
    if (!(times > 0)) throw new RangeError(`times must be greater than 0, not ${times}`);
    this.rules.push({ match, left: times, fault });
  }
}

function concerns(match: RequestMatch, request: SeenRequest): boolean {
  return (Object.keys(match) as (keyof RequestMatch)[]).every(
    (key) => match[key] === undefined || match[key] === request[key],
  );
}
