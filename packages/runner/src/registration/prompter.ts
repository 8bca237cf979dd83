import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError } from '../usage-error.ts';
import type { Io } from '../io.ts';

export interface Question {
  readonly text: string;
  /** The answer of somebody who only presses Enter; shown. */
  readonly fallback?: string;
  /** Whether the answer is kept off the screen. */
  readonly isSecret?: boolean;
  /** Why an answer will not do, if so; it is asked for again then. */
  readonly problemOf?: (answer: string) => string | undefined;
}

/** Asks somebody at a terminal, on stderr. */
export class Prompter {
  readonly #terminal: Interface;
  /** Lines that came before their questions, as when several are pasted. */
  readonly #lines: string[] = [];
  #waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | undefined;
  #isMuted = false;
  #isEnded = false;

  constructor(private readonly io: Pick<Io, 'stdin' | 'stderr'>) {
    this.#terminal = createInterface({ input: io.stdin, output: this.#output(), terminal: true, historySize: 0 });
    this.#terminal.on('line', (line) => {
      if (this.#waiting === undefined) this.#lines.push(line);
      else this.#waiting.resolve(line);
      this.#waiting = undefined;
    });
    this.#terminal.on('SIGINT', () => this.#terminal.close());
    this.#terminal.on('close', () => {
      this.#isEnded = true;
      this.#waiting?.reject(unanswered());
    });
  }

  /**
   * Asks until there is an answer that will do.
   * @throws UsageError when the input ends, or at Ctrl-C
   */
  async ask(question: Question): Promise<string> {
    for (;;) {
      const answer = (await this.#answer(question)).trim() || (question.fallback ?? '');
      const problem = question.problemOf?.(answer);
      if (problem === undefined) return answer;
      this.io.stderr.write(`  ${problem}\n`);
    }
  }

  close(): void {
    this.#terminal.close();
  }

  async #answer({ text, fallback = '', isSecret = false }: Question): Promise<string> {
    const prompt = `${text}${fallback === '' ? '' : ` [${fallback}]`}: `;
    const early = this.#lines.shift();
    if (early !== undefined) {
      this.io.stderr.write(`${prompt}${isSecret ? '' : early}\n`);
      return early;
    }
    if (this.#isEnded) throw unanswered();
    this.#terminal.setPrompt(prompt);
    this.#terminal.prompt();
    this.#isMuted = isSecret;
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
      });
    } finally {
      this.#isMuted = false;
      if (isSecret || this.#isEnded) this.io.stderr.write('\n');
    }
  }

  #output(): Writable {
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#isMuted) this.io.stderr.write(chunk);
        done();
      },
    });
  }
}

function unanswered(): UsageError {
  return new UsageError('nothing was registered: not all questions were answered');
}
