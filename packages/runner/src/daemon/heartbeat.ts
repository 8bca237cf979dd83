import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file for each start of a daemon, beside its `config.toml`. */
const folderName = '.podwright_lives';
const ended = 'ended\n';
/** Milliseconds between two signs of life. */
const beatInterval = 20_000;
/** Milliseconds for which a life is remembered. */
const memory = 7 * 86_400_000;

/** Milliseconds without a sign after which a daemon counts as dead; file systems of a network may be a minute late. */
export const deadAfter = 120_000;

/**
 * Shows the other daemons of the same directory, which share its system id, that this one lives: by a file that is
 * written again and again. Times are compared as the file system tells them, so clocks do not matter.
 */
export class Heartbeat {
  /** Names this start of the daemon; 12 characters `[0-9a-f]`. */
  readonly life = randomBytes(6).toString('hex');
  private readonly folder: string;
  private timer: NodeJS.Timeout | undefined;

  /** @param directory that of the `config.toml` */
  constructor(directory: string) {
    this.folder = join(directory, folderName);
  }

  /** The first sign, and then on until `end`. @returns whether it could be written */
  async begin(): Promise<boolean> {
    await mkdir(this.folder, { mode: 0o700 }).catch(() => undefined);
    this.timer = setInterval(() => void this.beat(), beatInterval);
    return this.beat();
  }

  /** The lives of other daemons that are known to be over; none where nothing can be written. */
  async dead(): Promise<ReadonlySet<string>> {
    if (!(await this.beat())) return new Set();
    try {
      const { mtimeMs: now } = await stat(this.path(this.life));
      const lives = (await readdir(this.folder)).filter((life) => life !== this.life);
      const over = await Promise.all(lives.map(async (life) => this.isOver(life, now)));
      return new Set(lives.filter((_, at) => over[at]));
    } catch {
      return new Set();
    }
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.show(ended);
  }

  private async isOver(life: string, now: number): Promise<boolean> {
    const path = this.path(life);
    const silence = now - (await stat(path)).mtimeMs;
    if (silence > memory) await rm(path);
    return silence > deadAfter || (await readFile(path, 'utf8')) === ended;
  }

  private async beat(): Promise<boolean> {
    return this.show(`${process.pid}\n`);
  }

  /** @returns whether it could be written */
  private async show(sign: string): Promise<boolean> {
    return writeFile(this.path(this.life), sign, { mode: 0o600 }).then(
      () => true,
      () => false,
    );
  }

  private path(life: string): string {
    return join(this.folder, life);
  }
}
