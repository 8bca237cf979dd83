import { lstat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { codeOf, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { parseGlob, type Glob } from './glob.ts';
import { inProject, leadsOut, relativeToProject } from './paths.ts';

/** Files and directories for an archive: path relative to the project, and what `lstat` says of it. */
export type FileMap = ReadonlyMap<string, Stats>;

interface Rule {
  readonly pattern: string;
  readonly glob: Glob;
  count: number;
}

/** Gathers files, without those that are excluded. */
export class FoundFiles {
  readonly files = new Map<string, Stats>();
  readonly #rules: readonly Rule[];
  constructor(
    readonly project: string,
    exclude: readonly string[],
    readonly log: Log,
  ) {
    this.#rules = exclude.flatMap((pattern) => this.#rule(pattern) ?? []);
  }

  /**
   * Takes a file up.
   * @param path relative to the project
   * @returns whether it is among the files now
   */
  async add(path: string): Promise<boolean> {
    if (path === '.') return false;
    if (leadsOut(path)) return this.#refuse(path, 'not supported: outside build directory');
    if (this.files.has(path)) return true;
    const rule = this.#rules.find(({ glob }) => glob.matches(path));
    if (rule !== undefined) {
      rule.count += 1;
      return false;
    }
    // The name as the system has it is lost then, and the file with it.
    if (path.includes('\uFFFD')) return this.#refuse(path, 'left out: its name is not UTF-8');
    try {
      this.files.set(path, await lstat(inProject(this.project, path)));
      return true;
    } catch (error) {
      // It was there a moment ago: a file that something else is just removing.
      return codeOf(error) === 'ENOENT' ? false : this.#refuse(path, messageOf(error));
    }
  }

  /** Says how many files each pattern excluded. */
  reportExcluded(): void {
    for (const { pattern, count } of this.#rules) {
      if (count > 0) this.log.info(`${pattern}: excluded ${count} files`);
    }
  }

  #rule(pattern: string): Rule | undefined {
    const relative = relativeToProject(this.project, pattern);
    const glob = relative === undefined ? undefined : parseGlob(relative);
    if (glob !== undefined) return { pattern, glob, count: 0 };
    this.log.warn(
      relative === undefined
        ? `${pattern}: excludes nothing: it is not below the project directory`
        : `${pattern}: excludes nothing: it is no valid pattern`,
    );
    return undefined;
  }

  #refuse(path: string, why: string): false {
    this.log.warn(`${path}: ${why}`);
    return false;
  }
}
