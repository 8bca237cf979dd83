import { realpathSync } from 'node:fs';
import type { HostMountTable } from './host-mount-table.ts';

/** The mounts of a container's root file system, as lines of an fstab(5). */
export class Fstab {
  /** In the order in which they are to be mounted. */
  readonly lines: string[] = [];

  /** @param root directory on the host that targets are below */
  constructor(
    private readonly root: string,
    private readonly hostMounts: HostMountTable,
  ) {}

  /**
   * With what is mounted below, as a user namespace allows it only whole. A mount that is made read-only must name again
   * the flags it has from the host: to take them away is refused there.
   */
  bind(source: string, target: string, readOnly: boolean): void {
    if (!readOnly) return this.mount(source, target, 'none', ['rbind']);
    const flags = this.hostMounts.mountOf(realpathSync.native(source))?.options ?? [];
    const kept = flags.filter((flag) => ['nosuid', 'nodev', 'noexec'].includes(flag));
    this.mount(source, target, 'none', ['rbind', 'ro', ...kept]);
  }

  mount(source: string, target: string, type: string, options: readonly string[]): void {
    this.lines.push([source, this.root + target, type, options.join(','), '0', '0'].map(escapeField).join(' '));
  }
}

/** See fstab(5): fields are separated by blanks. */
function escapeField(field: string): string {
  return field.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
