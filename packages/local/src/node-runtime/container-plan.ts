import { chmodSync, closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Container, Pod } from 'kubernetes-types/core/v1.js';
import type { NodeApi } from '../node.ts';
import { containerEnvironment } from './container-environment.ts';
import { containerMounts, type Mount } from './container-mounts.ts';
import { ContainerProblem } from './container-problem.ts';
import { expandReferences } from './expand-references.ts';
import { hostsFile } from './hosts-file.ts';
import type { ContainerPlan, Launcher, ProcessUser } from './launcher.ts';
import type { VolumeDirectory } from './volume-directory.ts';

export interface ContainerPlanDeps {
  readonly objects: Pick<NodeApi, 'getConfigMap' | 'getSecret'>;
  readonly launcher: Pick<Launcher, 'homeOf'>;
  /** `PATH` of containers that set none. */
  readonly path: string;
}

/**
 * Resolves all that a container refers to, and makes the files that it gets from the node.
 * @param directory made by this; private to the container
 * @throws ContainerProblem naming what is missing or cannot be
 */
export function containerPlan(
  deps: ContainerPlanDeps,
  pod: Pod,
  container: Container,
  volumes: ReadonlyMap<string, VolumeDirectory>,
  directory: string,
): ContainerPlan {
  const hostname = podHostname(pod);
  const defaults = { PATH: deps.path, HOME: deps.launcher.homeOf(directory), HOSTNAME: hostname };
  const user = processUser(pod, container);
  const env = containerEnvironment(pod, container, deps.objects, defaults);
  const argv = commandLine(container, env);
  const mounts = containerMounts(container, volumes, env);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return {
    directory,
    argv,
    env,
    workingDir: posix.resolve('/', container.workingDir ?? ''),
    mounts,
    systemFiles: systemFiles(pod, container, directory, hostname),
    hostname,
    user,
    readOnlyRoot: container.securityContext?.readOnlyRootFilesystem === true,
    stdin: container.stdin === true ? (container.stdinOnce === true ? 'once' : 'open') : 'none',
  };
}

/** Where the container's termination message is on the host. */
export function terminationLog(directory: string): string {
  return join(directory, 'termination-log');
}

/** Kubelet cuts names that are too long for a host. */
function podHostname(pod: Pod): string {
  return (pod.spec?.hostname ?? pod.metadata?.name ?? '').slice(0, 63).replace(/[-.]$/, '');
}

/** Without a command, the arguments are one: as in an image without an entrypoint. */
function commandLine({ command = [], args = [], image = '' }: Container, env: ReadonlyMap<string, string>): string[] {
  const words = [...command, ...args].map((word) => expandReferences(word, (name) => env.get(name)));
  if (words.length > 0) return words;
  const why = `image "${image}" is only a name here, so what it would run is not known: set command`;
  throw new ContainerProblem('CreateContainerError', `no command specified: ${why}`);
}

function processUser(pod: Pod, container: Container): ProcessUser | undefined {
  const inPod = pod.spec?.securityContext;
  const own = container.securityContext;
  const uid = own?.runAsUser ?? inPod?.runAsUser;
  const gid = own?.runAsGroup ?? inPod?.runAsGroup;
  if ((own?.runAsNonRoot ?? inPod?.runAsNonRoot) === true && !uid) {
    throw new ContainerProblem('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root');
  }
  const groups = [...(inPod?.supplementalGroups ?? []), ...(inPod?.fsGroup === undefined ? [] : [inPod.fsGroup])];
  if (uid === undefined && gid === undefined && groups.length === 0) return undefined;
  return { uid: uid ?? 0, gid: gid ?? 0, groups };
}

function systemFiles(pod: Pod, container: Container, directory: string, hostname: string): Mount[] {
  const hosts = join(directory, 'hosts');
  const name = join(directory, 'hostname');
  writeFileSync(hosts, hostsFile(hostname, pod.spec?.hostAliases), { mode: 0o644 });
  writeFileSync(name, `${hostname}\n`, { mode: 0o644 });
  closeSync(openSync(terminationLog(directory), 'a'));
  // Whoever the container runs as may write its last words; the directory is private.
  for (const [file, mode] of [
    [hosts, 0o644],
    [name, 0o644],
    [terminationLog(directory), 0o666],
  ] as const) {
    chmodSync(file, mode);
  }
  const target = container.terminationMessagePath || '/dev/termination-log';
  return [
    { source: hosts, target: '/etc/hosts', directory: false, readOnly: false },
    { source: name, target: '/etc/hostname', directory: false, readOnly: false },
    { source: terminationLog(directory), target, directory: false, readOnly: false },
  ];
}
