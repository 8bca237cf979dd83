import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Milliseconds between two looks at the file; GitLab Runner's. */
const lookInterval = 3000;

/**
 * Notices when a file has other content. It is read and not watched, as a ConfigMap's files are replaced by way of links.
 * One that cannot be read counts as changed once.
 */
export class ConfigFile {
  private digest = '';
  private timer: NodeJS.Timeout | undefined;
  private isBusy = false;

  /** @param onChange told when the content is another one than at the last look; must not reject */
  constructor(
    private readonly path: string,
    private readonly onChange: () => Promise<void>,
  ) {}

  /** The content as it is now is known. */
  async begin(): Promise<void> {
    this.digest = await this.read();
    this.timer = setInterval(() => void this.look(false), lookInterval);
  }

  /** @param anyway whether `onChange` is called although nothing has changed */
  async look(anyway: boolean): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    const digest = await this.read();
    const isNew = digest !== this.digest;
    this.digest = digest;
    if (isNew || anyway) await this.onChange();
    this.isBusy = false;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async read(): Promise<string> {
    try {
      return createHash('sha256')
        .update(await readFile(this.path))
        .digest('hex');
    } catch {
      return 'unreadable';
    }
  }
}
