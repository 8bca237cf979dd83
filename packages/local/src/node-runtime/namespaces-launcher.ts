import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { findProgram } from './find-program.ts';
import { HostMountTable } from './host-mount-table.ts';
import type { ContainerPids, ContainerPlan, Launch, Launcher } from './launcher.ts';
import { NewRoot } from './new-root.ts';
import { containerHome } from './private-places.ts';
import { baseMounts, startScript, userSwitch, type NamespaceTools } from './start-script.ts';

export interface NamespacesLauncherOptions {
  readonly tools: NamespaceTools;
  /** The node's directory, which no container may see. */
  readonly nodeRoot: string;
  /** Whether this process is not root and makes itself root in a user namespace. */
  readonly userNamespace: boolean;
  /** `PATH` of the programs that set a container up. */
  readonly toolPath: string;
}

/**
 * Runs each container in a mount, PID and UTS namespace of its own, on a root file system made of the host's (see
 * `NewRoot`). The whole container is killed by the kernel when its main process ends, and when the node does.
 */
export class NamespacesLauncher implements Launcher {
  readonly mode = 'namespaces';
  readonly description: string;
  readonly realUsers: boolean;
  readonly #options: NamespacesLauncherOptions;

  constructor(options: NamespacesLauncherOptions) {
    this.#options = options;
    this.realUsers = !options.userNamespace;
    const how = options.userNamespace ? 'through an unprivileged user namespace' : 'as root';
    this.description =
      `containers are processes of this host, each in its own mount, PID and UTS namespace (${how}); images are ` +
      "names only: the host's programs and network are used, and what is written outside of volumes is discarded";
  }

  homeOf(): string {
    return containerHome;
  }

  launch(plan: ContainerPlan): Launch {
    const { tools, nodeRoot, userNamespace } = this.#options;
    const { directory } = plan;
    const hostMounts = HostMountTable.read();
    const root = new NewRoot({ directory, hostMounts, nodeRoot, userNamespace, readOnly: plan.readOnlyRoot });
    const taken = new Set(plan.mounts.map(({ target }) => target));
    root.addMounts([...plan.systemFiles.filter(({ target }) => !taken.has(target)), ...plan.mounts]);
    mkdirSync(join(directory, 'layers'));
    writeFileSync(join(directory, 'base.fstab'), `${baseMounts(plan).join('\n')}\n`);
    writeFileSync(join(directory, 'root.fstab'), `${root.mounts.join('\n')}\n`);
    const script = join(directory, 'start.sh');
    writeFileSync(script, startScript(plan, root, tools, userNamespace), { mode: 0o600 });
    const user = userNamespace ? ['--user', '--map-root-user'] : [];
    const unshare = [tools.unshare, ...user, '--mount', '--pid', '--uts', '--fork', '--kill-child=KILL'];
    const args = ['--pdeathsig=KILL', ...unshare, tools.sh, script];
    return {
      file: tools.setpriv,
      args,
      env: { PATH: this.#options.toolPath, LC_ALL: 'C' },
      control: 'report',
      ...this.#owner(plan),
    };
  }

  execLaunch(plan: ContainerPlan, { main, spawned }: ContainerPids, command: readonly string[]): Launch {
    const { tools, userNamespace } = this.#options;
    const root = `/proc/${main}/root`;
    findProgram(command[0] ?? '', plan.env.get('PATH') ?? '', plan.workingDir, root);
    // The namespace of the process that was spawned: the container's own user may have entered another below it.
    const user = userNamespace ? [`--user=/proc/${spawned}/ns/user`, '--preserve-credentials'] : [];
    const enter = [`--target=${main}`, '--mount', '--pid', '--uts', `--wd=${posix.join(root, plan.workingDir)}`];
    const words = [tools.nsenter, ...user, ...enter, '--', ...userSwitch(plan.user, tools, userNamespace), ...command];
    return {
      file: tools.setpriv,
      args: ['--pdeathsig=KILL', ...words],
      env: Object.fromEntries(plan.env),
      control: 'none',
      ...this.#owner(plan),
    };
  }

  killRest(): void {
    // The kernel does that with the PID namespace.
  }

  release(): void {
    // Its mounts went with its mount namespace.
  }

  #owner({ user }: ContainerPlan): Pick<Launch, 'owner'> {
    return user && this.realUsers ? { owner: user } : {};
  }
}

/** Finds the programs that containers are started with. @throws ContainerProblem naming the first that is missing */
export function findNamespaceTools(path: string): NamespaceTools {
  const find = (name: string): string => realpathSync.native(findProgram(name, path, '/'));
  return {
    nsenter: find('nsenter'),
    setpriv: find('setpriv'),
    sh: findProgram('sh', path, '/'),
    unshare: find('unshare'),
  };
}
