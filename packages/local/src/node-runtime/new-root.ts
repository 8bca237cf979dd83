import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
  type Dirent,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mount } from './container-mounts.ts';
import { ContainerProblem } from './container-problem.ts';
import type { HostMount, HostMountTable } from './host-mount-table.ts';

/** The home directory of containers: empty and private, as that of an image is; the host's own stays where it is. */
export const containerHome = '/.home';

/** File systems that an overlay is known to take as its lower layer. Others are seen read-only. */
const layered = new Set([
  'bcachefs',
  'btrfs',
  'erofs',
  'ext2',
  'ext3',
  'ext4',
  'f2fs',
  'overlay',
  'squashfs',
  'tmpfs',
  'xfs',
]);

/** Made anew for each container, or of no use in one. */
const notFromHost = new Set(['/.home', '/boot', '/dev', '/lost+found', '/proc', '/run', '/sys', '/tmp']);

/** Other people's containers: hundreds of mounts, of no use here. */
const hidden = new Set(
  ['containerd', 'containers', 'docker', 'kubelet', 'lxd', 'snapd'].map((name) => `/var/lib/${name}`),
);

/** What programs of some distributions need of the host's `/run`: NixOS keeps all programs behind the first. */
const neededOfRun = ['/run/current-system', '/run/wrappers'];

const devices = ['full', 'null', 'random', 'tty', 'urandom', 'zero'];

export interface NewRootOptions {
  /** Private to the container; everything is made in it. */
  readonly directory: string;
  readonly hostMounts: HostMountTable;
  /** The node's directory, which no container may see. */
  readonly nodeRoot: string;
  readonly userNamespace: boolean;
  readonly readOnly: boolean;
}

/**
 * Plans the root file system of a container and makes, on the host, the skeleton that things are mounted on. The host's
 * directories are the lower layers of overlays: all of the host's programs are there, mount points can be anywhere, and
 * what a container writes outside its volumes is its own and vanishes with it.
 *
 * A directory with other mounts below it cannot be such a layer in a user namespace, so it is taken apart: made anew, with
 * each of its entries treated for itself.
 */
export class NewRoot {
  /** Lines of an fstab, in order. */
  readonly mounts: string[] = [];
  /** Directories to make in the tmpfs of the upper layers; relative. */
  readonly layerDirectories: string[] = [];
  /** Empty files to make there, after the directories; relative. */
  readonly layerFiles: string[] = [];
  readonly #root: string;
  readonly #layers = new Map<string, string>();
  readonly #readOnlyPlaces: HostMount[] = [];
  readonly #options: NewRootOptions;

  constructor(options: NewRootOptions) {
    this.#options = options;
    this.#root = join(options.directory, 'root');
    mkdirSync(this.#root);
    chmodSync(this.#root, 0o755);
    this.#addHost();
    this.#addPrivate();
  }

  /** Adds mounts, outer ones first. @throws ContainerProblem when there can be no such mount point */
  addMounts(mounts: readonly Mount[]): void {
    const done: { resolved: string; mount: Mount }[] = [];
    for (const mount of mounts) {
      const outer = done.findLast(({ mount: { target } }) => mount.target.startsWith(`${target}/`));
      const rest = outer ? mount.target.slice(outer.mount.target.length) : '';
      const resolved = outer ? outer.resolved + rest : resolveOnHost(mount.target);
      if (outer) makeMountPointInVolume(outer.mount.source, rest, mount);
      else this.#addMountPoint(resolved, mount);
      this.#bind(mount.source, resolved, mount.readOnly);
      done.push({ resolved, mount });
    }
  }

  #addHost(): void {
    for (const entry of readdirSync('/', { withFileTypes: true })) {
      const path = `/${entry.name}`;
      if (!notFromHost.has(path) && !entry.isFile()) this.#addHostEntry(path, entry);
    }
    const { nodeRoot, directory } = this.#options;
    if (this.#layerOf(nodeRoot) === undefined && !this.#readOnlyPlaceOf(nodeRoot)) return;
    const empty = join(directory, 'empty');
    mkdirSync(empty, { mode: 0o755 });
    this.#bind(empty, nodeRoot, true);
  }

  #addHostEntry(path: string, entry: Dirent): void {
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(path), this.#root + path);
    else if (entry.isDirectory()) this.#addHostDirectory(path);
    else if (entry.isFile()) {
      writeFileSync(this.#root + path, '');
      this.#bind(path, path, true);
    }
  }

  #addHostDirectory(path: string): void {
    mkdirSync(this.#root + path, { mode: 0o755 });
    // What this user may not enter is empty to containers too, and so can have mount points.
    if (hidden.has(path) || !mayEnter(path)) return;
    const found = this.#options.hostMounts.mountOf(path);
    const mount = found && { ...found, path };
    if (!mount || mount.type === 'autofs') return;
    const below = this.#options.hostMounts.below(path);
    if (below.length > 0 && this.#options.userNamespace) return this.#takeApart(path);
    if (isLayered(mount)) {
      this.#addLayer(path);
      // Layers show what is mounted below only where it is added again; what is of no disk is not programs.
      for (const inner of below)
        if (isLayered(inner) && inner.disk && !isHidden(inner.path)) this.#addLayer(inner.path);
      return;
    }
    this.#readOnlyPlaces.push(mount);
    this.#bind(path, path, true);
  }

  #takeApart(path: string): void {
    for (const entry of readable(path)) this.#addHostEntry(join(path, entry.name), entry);
  }

  #addLayer(path: string): void {
    const name = String(this.#layers.size);
    this.#layers.set(path, name);
    this.layerDirectories.push(`${name}/upper`, `${name}/work`);
    const at = join(this.#options.directory, 'layers', name);
    const options = [`lowerdir=${path}`, `upperdir=${at}/upper`, `workdir=${at}/work`];
    if (this.#options.userNamespace) options.push('userxattr');
    if (this.#options.readOnly) options.push('ro');
    this.#mount('overlay', path, 'overlay', options);
  }

  #addPrivate(): void {
    for (const [path, mode] of [
      ['/tmp', 0o1777],
      [containerHome, 0o777],
      ['/proc', 0o555],
      ['/sys', 0o555],
      ['/run', 0o755],
      ['/dev', 0o755],
      ['/dev/pts', 0o755],
      ['/dev/shm', 0o1777],
    ] as const) {
      mkdirSync(this.#root + path);
      chmodSync(this.#root + path, mode);
    }
    const ofRun = [...neededOfRun, ...linksIntoRun('/etc/resolv.conf')];
    for (const path of ofRun) if (existsSync(path)) this.#addToRun(path);
    this.#mount('proc', '/proc', 'proc', ['nosuid', 'nodev', 'noexec']);
    this.#bind('/sys', '/sys', true);
    this.#mount('devpts', '/dev/pts', 'devpts', ['newinstance', 'ptmxmode=0666', 'mode=0620', 'nosuid', 'noexec']);
    this.#mount('shm', '/dev/shm', 'tmpfs', ['mode=1777', 'nosuid', 'nodev', 'noexec']);
    for (const name of devices) {
      writeFileSync(`${this.#root}/dev/${name}`, '');
      this.#bind(`/dev/${name}`, `/dev/${name}`, false);
    }
    symlinkSync('pts/ptmx', `${this.#root}/dev/ptmx`);
    symlinkSync('/proc/self/fd', `${this.#root}/dev/fd`);
    for (const [fd, name] of ['stdin', 'stdout', 'stderr'].entries()) {
      symlinkSync(`/proc/self/fd/${fd}`, `${this.#root}/dev/${name}`);
    }
  }

  #addToRun(path: string): void {
    const source = realpathSync.native(path);
    const directory = statSync(source).isDirectory();
    makeMountPoint(this.#root + path, { directory, target: path });
    this.#bind(source, path, true);
  }

  #addMountPoint(resolved: string, mount: Mount): void {
    const layer = this.#layerOf(resolved);
    if (layer === undefined) return this.#addSkeletonMountPoint(resolved, mount);
    if (isThere(resolved)) return;
    const inLayer = `${this.#layers.get(layer)}/upper${resolved.slice(layer.length)}`;
    this.layerDirectories.push(mount.directory ? inLayer : dirname(inLayer));
    if (!mount.directory) this.layerFiles.push(inLayer);
  }

  #addSkeletonMountPoint(resolved: string, mount: Mount): void {
    const place = this.#readOnlyPlaceOf(resolved);
    if (!place) return makeMountPoint(this.#root + resolved, mount);
    if (isThere(resolved)) return;
    const why = `${place.path} is a file system of the host (${place.type}) that is seen read-only`;
    throw new ContainerProblem('CreateContainerConfigError', `nothing can be mounted on ${mount.target}: ${why}`);
  }

  #readOnlyPlaceOf(inner: string): HostMount | undefined {
    return this.#readOnlyPlaces.find(({ path }) => inner.startsWith(`${path}/`));
  }

  #layerOf(path: string): string | undefined {
    return [...this.#layers.keys()].find((layer) => path === layer || path.startsWith(`${layer}/`));
  }

  /**
   * With what is mounted below, as a user namespace allows it only whole. A mount that is made read-only must name again
   * the flags it has from the host: to take them away is refused there.
   */
  #bind(source: string, target: string, readOnly: boolean): void {
    if (!readOnly) return this.#mount(source, target, 'none', ['rbind']);
    const flags = this.#options.hostMounts.mountOf(realpathSync.native(source))?.options ?? [];
    const kept = flags.filter((flag) => ['nosuid', 'nodev', 'noexec'].includes(flag));
    this.#mount(source, target, 'none', ['rbind', 'ro', ...kept]);
  }

  #mount(source: string, target: string, type: string, options: readonly string[]): void {
    this.mounts.push([source, this.#root + target, type, options.join(','), '0', '0'].map(escapeField).join(' '));
  }
}

/** Where a path leads to, when that is below `/run`: some services keep `/etc/resolv.conf` there. */
function linksIntoRun(path: string): string[] {
  const target = existsSync(path) ? realpathSync.native(path) : '';
  return target.startsWith('/run/') ? [target] : [];
}

/** Whether it can be the lower layer of an overlay; the kernel's list of layers is separated by these characters. */
function isLayered({ path, type }: HostMount): boolean {
  return layered.has(type) && !/[,:\\]/.test(path);
}

function isHidden(path: string): boolean {
  return [...hidden].some((place) => path === place || path.startsWith(`${place}/`));
}

/** A mount point may lie behind symbolic links such as `/var/run`; what does not exist yet is appended as it is. */
function resolveOnHost(target: string): string {
  const [, top] = target.split('/');
  if (notFromHost.has(`/${top}`)) return target;
  for (let existing = target; existing !== '/'; existing = dirname(existing)) {
    if (isThere(existing)) return realpathSync.native(existing) + target.slice(existing.length);
  }
  return target;
}

function mayEnter(directory: string): boolean {
  try {
    accessSync(directory, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What this user cannot see is as good as not there. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** A link that a container has made there would lead to a place on the host. */
function makeMountPointInVolume(volume: string, rest: string, mount: Mount): void {
  let path = volume;
  for (const part of rest.split('/').slice(1)) {
    path = join(path, part);
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    const why = 'a symbolic link in the volume around it is in the way';
    throw new ContainerProblem('CreateContainerConfigError', `nothing can be mounted on ${mount.target}: ${why}`);
  }
  makeMountPoint(path, mount);
}

function makeMountPoint(path: string, { directory, target }: Pick<Mount, 'directory' | 'target'>): void {
  try {
    mkdirSync(directory ? path : dirname(path), { recursive: true, mode: 0o755 });
    if (!directory) writeFileSync(path, '', { flag: 'a' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ContainerProblem('CreateContainerConfigError', `nothing can be mounted on ${target}: ${why}`, { cause });
  }
}

function readable(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // Containers could not have looked into it either.
  }
}

/** See fstab(5): fields are separated by blanks. */
function escapeField(field: string): string {
  return field.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
