import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerPlan, Launcher } from './launcher.ts';
import { findNamespaceTools, NamespacesLauncher } from './namespaces-launcher.ts';
import { ProcessesLauncher } from './processes-launcher.ts';

/** Longest time that the trial may take, in milliseconds. */
const trialMilliseconds = 20_000;

export interface DetectOptions {
  readonly mode: 'auto' | 'namespaces' | 'processes';
  /** The node's directory, which exists. */
  readonly root: string;
  readonly toolPath: string;
  readonly platform: NodeJS.Platform;
  /** Effective user id of this process. */
  readonly uid: number;
}

/**
 * Finds out how containers can be run on this host, by running one: as root, or as root of a user namespace; where
 * neither is allowed, containers are plain processes.
 * @throws Error when the mode `namespaces` was asked for and is not to be had
 */
export function detectLauncher(options: DetectOptions): Launcher {
  const { mode, root, toolPath } = options;
  if (mode === 'processes') return new ProcessesLauncher({ root, toolPath, reason: 'as was asked for' });
  const found = tryNamespaces(options);
  if (typeof found !== 'string') return found;
  if (mode === 'namespaces') throw new Error(`containers cannot be run in namespaces on this host: ${found}`);
  return new ProcessesLauncher({ root, toolPath, reason: `namespaces are not to be had: ${found}` });
}

/** @returns why not */
function tryNamespaces({ platform, root, toolPath, uid }: DetectOptions): Launcher | string {
  if (platform !== 'linux') return `they need Linux, and this is ${platform}`;
  // The kernel's lists of mount options would be broken by these.
  if (/[,:\\\s]/.test(root)) return `the directory ${root} has a comma, a colon, a backslash or a blank in its path`;
  let problem = '';
  for (const userNamespace of uid === 0 ? [false, true] : [true]) {
    try {
      const tools = findNamespaceTools(toolPath);
      const launcher = new NamespacesLauncher({ nodeRoot: root, toolPath, tools, userNamespace });
      runTrial(launcher, root, toolPath);
      return launcher;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
  }
  return problem;
}

/** @throws Error with what the failing program said */
function runTrial(launcher: Launcher, root: string, path: string): void {
  const directory = join(root, 'trial');
  mkdirSync(directory, { mode: 0o700 });
  try {
    const { args, env, file } = launcher.launch(trialPlan(directory, path));
    const stdio = ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'] as const;
    const result = spawnSync(file, args, { env, stdio: [...stdio], timeout: trialMilliseconds, encoding: 'utf8' });
    if (result.error) throw result.error;
    if (result.status === 0) return;
    const [, ...report] = String(result.output[3]).split('\n');
    const said = [...report.slice(1), ...result.stderr.split('\n')].filter((line) => line !== '');
    throw new Error(said.slice(0, 3).join('; ') || `${file} ended with ${result.status ?? result.signal}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function trialPlan(directory: string, path: string): ContainerPlan {
  return {
    directory,
    argv: ['true'],
    env: new Map([['PATH', path]]),
    workingDir: '/',
    mounts: [],
    systemFiles: [],
    hostname: 'trial',
    user: undefined,
    readOnlyRoot: false,
    stdin: 'none',
  };
}
