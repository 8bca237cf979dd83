import { readFileSync } from 'node:fs';

/** One file system that is mounted on the host. */
export interface HostMount {
  readonly path: string;
  /** Its type, such as `ext4`. */
  readonly type: string;
  /** Whether its files are on a disk of the host. */
  readonly disk: boolean;
  /** Options of the mount point, such as `nosuid`. */
  readonly options: readonly string[];
}

/** Where the host's file systems are mounted; where several lie on one another, the one on top. */
export class HostMountTable {
  readonly #mounts: ReadonlyMap<string, HostMount>;

  /** @param text in the form of `/proc/self/mountinfo` */
  constructor(text: string) {
    const mounts = text.split('\n').flatMap((line) => parseLine(line) ?? []);
    this.#mounts = new Map(mounts.map((mount) => [mount.path, mount]));
  }

  static read(): HostMountTable {
    return new HostMountTable(readFileSync('/proc/self/mountinfo', 'utf8'));
  }

  /** The mount that a path, free of symbolic links, lies on. */
  mountOf(path: string): HostMount | undefined {
    for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const mount = this.#mounts.get(at === '' ? '/' : at);
      if (mount || at === '' || at === '/') return mount;
    }
  }

  /** What is mounted below a directory, outer mounts first. */
  below(directory: string): HostMount[] {
    return [...this.#mounts.values()].filter(({ path }) => path.startsWith(`${directory}/`));
  }
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`, see proc(5). */
function parseLine(line: string): HostMount | undefined {
  const [mount = '', fileSystem = ''] = line.split(' - ');
  const [, , , , path, options] = mount.split(' ');
  const [type, device = ''] = fileSystem.split(' ');
  if (path === undefined || options === undefined || !type) return undefined;
  const unescaped = path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return { path: unescaped, type, disk: device.startsWith('/dev/'), options: options.split(',') };
}
