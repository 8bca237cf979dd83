import { chmodSync, existsSync, mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Fstab } from './fstab.ts';
import { makeMountPoint } from './mount-point.ts';

/** The home directory of containers: empty and private, as that of an image is; the host's own stays where it is. */
export const containerHome = '/.home';

/** What programs of some distributions need of the host's `/run`: NixOS keeps all programs behind the first. */
const neededOfRun = ['/run/current-system', '/run/wrappers'];

const devices = ['full', 'null', 'random', 'tty', 'urandom', 'zero'];

/** Makes the directories that a container has for itself, and what the kernel and its devices are seen through. */
export function addPrivatePlaces(root: string, fstab: Fstab): void {
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
    mkdirSync(root + path);
    chmodSync(root + path, mode);
  }
  const ofRun = [...neededOfRun, ...linksIntoRun('/etc/resolv.conf')];
  for (const path of ofRun) if (existsSync(path)) addToRun(path, root, fstab);
  fstab.mount('proc', '/proc', 'proc', ['nosuid', 'nodev', 'noexec']);
  fstab.bind('/sys', '/sys', true);
  fstab.mount('devpts', '/dev/pts', 'devpts', ['newinstance', 'ptmxmode=0666', 'mode=0620', 'nosuid', 'noexec']);
  fstab.mount('shm', '/dev/shm', 'tmpfs', ['mode=1777', 'nosuid', 'nodev', 'noexec']);
  for (const name of devices) {
    writeFileSync(`${root}/dev/${name}`, '');
    fstab.bind(`/dev/${name}`, `/dev/${name}`, false);
  }
  symlinkSync('pts/ptmx', `${root}/dev/ptmx`);
  symlinkSync('/proc/self/fd', `${root}/dev/fd`);
  for (const [fd, name] of ['stdin', 'stdout', 'stderr'].entries()) {
    symlinkSync(`/proc/self/fd/${fd}`, `${root}/dev/${name}`);
  }
}

function addToRun(path: string, root: string, fstab: Fstab): void {
  const source = realpathSync.native(path);
  const directory = statSync(source).isDirectory();
  makeMountPoint(root + path, { directory, target: path });
  fstab.bind(source, path, true);
}

/** Where a path leads to, when that is below `/run`: some services keep `/etc/resolv.conf` there. */
function linksIntoRun(path: string): string[] {
  const target = existsSync(path) ? realpathSync.native(path) : '';
  return target.startsWith('/run/') ? [target] : [];
}
