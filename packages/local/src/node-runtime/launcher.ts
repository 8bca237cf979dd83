import type { Mount } from './container-mounts.ts';

/** Whose processes a container's are. */
export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
  /** Further groups. */
  readonly groups: readonly number[];
}

/** All that is needed to start the process of a container; every reference is resolved. */
export interface ContainerPlan {
  /** Exists, is private to the node, and belongs to this container alone. */
  readonly directory: string;
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  /** Absolute path in the container. */
  readonly workingDir: string;
  /** Outer mount points before those inside them. */
  readonly mounts: readonly Mount[];
  /** `/etc/hosts` and the like: seen where the way of running allows it, and no fault where not. */
  readonly systemFiles: readonly Mount[];
  readonly hostname: string;
  readonly user: ProcessUser | undefined;
  readonly readOnlyRoot: boolean;
  /** Whether attached clients can write to standard input, and whether it ends with the first of them. */
  readonly stdin: 'none' | 'once' | 'open';
}

/** A program to spawn. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Working directory on the host; the node's own when absent. */
  readonly cwd?: string;
  /** To whom standard input must belong, so that a program can open `/dev/stdin` again; absent where it does anyway. */
  readonly owner?: Pick<ProcessUser, 'uid' | 'gid'>;
  /**
   * What the further file descriptors are for. `report`: on 3 the child says, line by line, its process id, and then
   * `started`, or why it cannot; the container's output is 4 and 5, and 2 is for the programs that set it up. `watch`: the
   * end of 3 tells the child that the node is gone. `none`: there are none.
   */
  readonly control: 'report' | 'watch' | 'none';
}

/** Process ids of a running container, as the host sees them. */
export interface ContainerPids {
  /** What was spawned: leads the process group. */
  readonly spawned: number;
  /** The container's main process. */
  readonly main: number;
}

/** One way to run containers on this host. */
export interface Launcher {
  readonly mode: 'namespaces' | 'processes';
  /** One line for users, see `Node.description`. */
  readonly description: string;
  /** Whether files can be given to other users and groups, who are real ones in the containers. */
  readonly realUsers: boolean;
  /** Where each container's private home directory is, as the container sees it. */
  homeOf(directory: string): string;
  /**
   * Prepares the start of a container.
   * @throws ContainerProblem for what this way of running cannot do
   */
  launch(plan: ContainerPlan): Launch;
  /** @throws ContainerProblem `StartError` when the program cannot be found */
  execLaunch(plan: ContainerPlan, pids: ContainerPids, command: readonly string[]): Launch;
  /**
   * Kills what is left of a container whose main process has ended, or is about to be killed.
   * @param leaders what was spawned for it
   */
  killRest(plan: ContainerPlan, leaders: readonly number[]): void;
  /** Undoes what `launch` did outside the container's directory; called once its processes have ended. */
  release(plan: ContainerPlan): void;
}
