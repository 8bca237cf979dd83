import { lstatSync, mkdirSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mount } from './container-mounts.ts';
import { ContainerProblem } from './container-problem.ts';
import { findProgram } from './find-program.ts';
import { killMarked, markVariable } from './kill-marked.ts';
import type { ContainerPids, ContainerPlan, Launch, Launcher } from './launcher.ts';

/**
 * Runs a program, and beside it what ends its process group when the node is gone: then file descriptor 3 comes to its
 * end. It shares the group, so it is gone when the group is killed. The words after it are the program and its arguments.
 * @param before what else is to be done when the node is gone
 */
function underWatch(before: string): string {
  return `(trap "" HUP INT TERM; read -r _ <&3; ${before}kill -KILL 0) </dev/null >/dev/null 2>&1 & exec "$@" 3<&-`;
}

/** Kills all that has the container's mark, as `killMarked` does while the node is there. It has the mark itself. */
const killAllMarked = `
read -r self _ </proc/self/stat
for pid in $(grep -lzxF "${markVariable}=$${markVariable}" /proc/[0-9]*/environ); do
  pid=\${pid#/proc/}
  pid=\${pid%/environ}
  [ "$pid" = "$self" ] || kill -KILL "$pid"
done
`;

export interface ProcessesLauncherOptions {
  /** Absolute; mount paths must lie below it. */
  readonly root: string;
  /** Why containers are not run in namespaces. */
  readonly reason: string;
  /** `PATH` in which the shell is looked up. */
  readonly toolPath: string;
}

/**
 * Runs containers as plain processes, where namespaces are denied: each mount path is a symbolic link to the volume's
 * directory. Read-only mounts are not enforced, users are not switched, host aliases have no effect.
 */
export class ProcessesLauncher implements Launcher {
  readonly mode = 'processes';
  readonly realUsers = false;
  readonly description: string;
  readonly #options: ProcessesLauncherOptions;
  readonly #sh: string;
  /** How many containers use each link. */
  readonly #links = new Map<string, { readonly source: string; users: number }>();

  constructor(options: ProcessesLauncherOptions) {
    this.#options = options;
    this.#sh = findProgram('sh', options.toolPath, '/');
    this.description =
      `containers are plain processes of this host (${options.reason}); images are names only: the host's programs, ` +
      `files and network are used, and volumes can be mounted below ${options.root} only`;
  }

  homeOf(directory: string): string {
    return join(directory, 'home');
  }

  launch(plan: ContainerPlan): Launch {
    const { root } = this.#options;
    const outside = plan.mounts.filter(({ target }) => !target.startsWith(`${root}/`)).map(({ target }) => target);
    if (outside.length > 0) {
      const paths = outside.join(', ');
      throw configProblem(`cannot mount on ${paths}: without namespaces, mount paths must lie below ${root}`);
    }
    mkdirSync(this.homeOf(plan.directory), { recursive: true });
    this.#makeLinks(plan);
    try {
      return { ...this.#watched(plan, plan.argv, underWatch(killAllMarked)), cwd: this.#workingDirectory(plan) };
    } catch (error) {
      this.release(plan);
      throw error;
    }
  }

  execLaunch(plan: ContainerPlan, _pids: ContainerPids, command: readonly string[]): Launch {
    return { ...this.#watched(plan, command, underWatch('')), cwd: plan.workingDir };
  }

  killRest({ directory }: ContainerPlan, leaders: readonly number[]): void {
    killMarked(directory, leaders);
  }

  release(plan: ContainerPlan): void {
    for (const { target } of this.#linked(plan).toReversed()) {
      const link = this.#links.get(target);
      if (!link) continue;
      link.users -= 1;
      if (link.users > 0) continue;
      this.#links.delete(target);
      rmSync(target, { force: true });
      removeEmptyDirectories(dirname(target), this.#options.root);
    }
  }

  #watched(plan: ContainerPlan, command: readonly string[], script: string): Launch {
    const [program = '', ...args] = command;
    findProgram(program, plan.env.get('PATH') ?? '', plan.workingDir);
    const { directory } = plan;
    const env = { TMPDIR: this.homeOf(directory), ...Object.fromEntries(plan.env), [markVariable]: directory };
    return { file: this.#sh, args: ['-c', script, 'sh', program, ...args], env, control: 'watch' };
  }

  #makeLinks(plan: ContainerPlan): void {
    const linked = this.#linked(plan);
    for (const mount of linked) this.#refuseOtherUse(mount);
    for (const { source, target } of linked) {
      const link = this.#links.get(target);
      if (link) {
        link.users += 1;
        continue;
      }
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(source, target);
      this.#links.set(target, { source, users: 1 });
    }
  }

  #refuseOtherUse({ source, target }: Mount): void {
    const link = this.#links.get(target);
    if (link ? link.source === source : !lstatSync(target, { throwIfNoEntry: false })) return;
    const why = link ? 'another container has another volume there' : 'something else is there';
    throw configProblem(`cannot mount on ${target}: ${why}, and without namespaces all containers share their paths`);
  }

  /** The working directory is made as a container's runtime would, but not outside of the root. */
  #workingDirectory({ workingDir }: ContainerPlan): string {
    if (workingDir.startsWith(`${this.#options.root}/`)) mkdirSync(workingDir, { recursive: true });
    if (lstatSync(workingDir, { throwIfNoEntry: false })) return workingDir;
    throw configProblem(
      `working directory ${workingDir} does not exist, and without namespaces it is made below ${this.#options.root} only`,
    );
  }

  #linked({ mounts, systemFiles }: ContainerPlan): Mount[] {
    const below = systemFiles.filter(({ target }) => target.startsWith(`${this.#options.root}/`));
    return [...mounts, ...below];
  }
}

/** Removes a directory, and those around it, up to the first with something in it, or the root. */
function removeEmptyDirectories(from: string, root: string): void {
  try {
    for (let directory = from; directory !== root; directory = dirname(directory)) rmdirSync(directory);
  } catch {
    // Not empty, or a link to a volume, whose own directories stay.
  }
}

function configProblem(message: string): ContainerProblem {
  return new ContainerProblem('CreateContainerConfigError', message);
}
