import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
  type Dirent,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mount } from './container-mounts.ts';
import { ContainerProblem } from './container-problem.ts';
import { Fstab } from './fstab.ts';
import type { HostMount, HostMountTable } from './host-mount-table.ts';
import { isThere, makeMountPoint, makeMountPointInVolume, resolveOnHost } from './mount-point.ts';
import { addPrivatePlaces, containerHome } from './private-places.ts';

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
const notFromHost = new Set([containerHome, '/boot', '/dev', '/lost+found', '/proc', '/run', '/sys', '/tmp']);

/** Other people's containers: hundreds of mounts, of no use here. */
const hidden = new Set(
  ['containerd', 'containers', 'docker', 'kubelet', 'lxd', 'snapd'].map((name) => `/var/lib/${name}`),
);

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
  /** Directories to make in the tmpfs of the upper layers; relative. */
  readonly layerDirectories: string[] = [];
  /** Empty files to make there, after the directories; relative. */
  readonly layerFiles: string[] = [];
  readonly #root: string;
  readonly #fstab: Fstab;
  readonly #layers = new Map<string, string>();
  readonly #readOnlyPlaces: HostMount[] = [];
  readonly #options: NewRootOptions;

  constructor(options: NewRootOptions) {
    this.#options = options;
    this.#root = join(options.directory, 'root');
    this.#fstab = new Fstab(this.#root, options.hostMounts);
    mkdirSync(this.#root);
    chmodSync(this.#root, 0o755);
    this.#addHost();
    addPrivatePlaces(this.#root, this.#fstab);
  }

  /** Lines of an fstab, in order. */
  get mounts(): readonly string[] {
    return this.#fstab.lines;
  }

  /** Adds mounts, outer ones first. @throws ContainerProblem when there can be no such mount point */
  addMounts(mounts: readonly Mount[]): void {
    const done: { resolved: string; mount: Mount }[] = [];
    for (const mount of mounts) {
      const outer = done.findLast(({ mount: { target } }) => mount.target.startsWith(`${target}/`));
      const rest = outer ? mount.target.slice(outer.mount.target.length) : '';
      const resolved = outer ? outer.resolved + rest : resolveOnHost(mount.target, notFromHost);
      if (outer) makeMountPointInVolume(outer.mount.source, rest, mount);
      else this.#addMountPoint(resolved, mount);
      this.#fstab.bind(mount.source, resolved, mount.readOnly);
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
    this.#fstab.bind(empty, nodeRoot, true);
  }

  #addHostEntry(path: string, entry: Dirent): void {
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(path), this.#root + path);
    else if (entry.isDirectory()) this.#addHostDirectory(path);
    else if (entry.isFile()) {
      writeFileSync(this.#root + path, '');
      this.#fstab.bind(path, path, true);
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
    this.#fstab.bind(path, path, true);
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
    this.#fstab.mount('overlay', path, 'overlay', options);
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
}

/** Whether it can be the lower layer of an overlay; the kernel's list of layers is separated by these characters. */
function isLayered({ path, type }: HostMount): boolean {
  return layered.has(type) && !/[,:\\]/.test(path);
}

function isHidden(path: string): boolean {
  return [...hidden].some((place) => path === place || path.startsWith(`${place}/`));
}

function mayEnter(directory: string): boolean {
  try {
    accessSync(directory, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function readable(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // Containers could not have looked into it either.
  }
}
