import type { ContainerPlan, ProcessUser } from './launcher.ts';
import type { NewRoot } from './new-root.ts';
import { shQuote } from './sh-quote.ts';

/** Absolute paths of the programs that containers are started with. */
export interface NamespaceTools {
  readonly nsenter: string;
  readonly setpriv: string;
  readonly sh: string;
  readonly unshare: string;
}

const shellOwn = /^(?:_|_program|_found|_place|BASH.*|E?UID|IFS|LINENO|OPTIND|PPID|RANDOM|SECONDS|SHELLOPTS)$/;

/** How the program's name is looked up; the report's first word is translated by `startProblem`. */
const lookup = `
case $_program in
*/*)
  [ -e "$_program" ] || fail missing
  [ -f "$_program" ] && [ -x "$_program" ] || fail denied ;;
*)
  _found=
  set -f; IFS=:
  for _place in $PATH; do
    if [ -f "\${_place:-.}/$_program" ] && [ -x "\${_place:-.}/$_program" ]; then _found=1; break; fi
  done
  set +f; unset IFS
  [ "$_found" ] || fail unknown ;;
esac`;

/**
 * Writes the program that PID 1 of a container begins as: it mounts the new root, moves into it and becomes the container's
 * main process. It tells the node, on file descriptor 3, its process id, and then `started` or why not
 * (see `Launch.control`). Everything secret is in this file, and so on no command line.
 */
export function startScript(plan: ContainerPlan, root: NewRoot, tools: NamespaceTools, userNamespace: boolean): string {
  const { directory, hostname, workingDir, argv } = plan;
  const [program = ''] = argv;
  const at = shQuote(directory);
  return `
fail() { printf '%s\\n' "$@" >&3; exit 128; }
read -r pid rest </proc/self/stat
echo "$pid" >&3
problem=$(mount -n -i -a -T ${at}/base.fstab 2>&1) || fail mount "$problem"
(cd ${at}/layers && mkdir -p -- ${root.layerDirectories.map(shQuote).join(' ')}) || fail mount 'cannot make the upper layers'
${root.layerFiles.map((path) => `: >${at}/layers/${shQuote(path)}`).join('\n')}
problem=$(mount -n -i -a -T ${at}/root.fstab 2>&1) || fail mount "$problem"
cd ${at}/root && problem=$(pivot_root . . 2>&1) && problem=$(umount -n -l . 2>&1) || fail mount "$problem"
cd /
{ printf %s ${shQuote(hostname)} >/proc/sys/kernel/hostname; } 2>/dev/null || hostname ${shQuote(hostname)} 2>/dev/null
umask 022
[ -d ${shQuote(workingDir)} ] || mkdir -p -- ${shQuote(workingDir)} 2>/dev/null
cd -- ${shQuote(workingDir)} 2>/dev/null || fail directory
unset LC_ALL SHLVL OLDPWD PWD problem pid rest
${exportLines(plan.env)}
_program=${shQuote(program)}
${lookup}
unset _program _found _place
echo started >&3
exec ${finalCommand(plan, tools, userNamespace)} >&4 2>&5 3>&- 4>&- 5>&-
`;
}

/** The lines that `base.fstab` needs: what must be there before the upper layers are made. */
export function baseMounts({ directory, readOnlyRoot }: ContainerPlan): string[] {
  return [
    `layers ${directory}/layers tmpfs mode=0755 0 0`,
    `${directory}/root ${directory}/root none bind${readOnlyRoot ? ',ro' : ''} 0 0`,
  ];
}

/** The words before a program that make it run as the user. Where only one user is mapped, it gets the wanted number. */
export function userSwitch(user: ProcessUser | undefined, tools: NamespaceTools, userNamespace: boolean): string[] {
  if (!user || (userNamespace && user.uid === 0)) return [];
  if (userNamespace) return [tools.unshare, '--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`];
  const groups = user.groups.length > 0 ? `--groups=${user.groups.join(',')}` : '--clear-groups';
  // A change of user forgets that the process must die with its parent, so it is said again.
  return [tools.setpriv, `--reuid=${user.uid}`, `--regid=${user.gid}`, groups, '--pdeathsig=KILL'];
}

function finalCommand(plan: ContainerPlan, tools: NamespaceTools, userNamespace: boolean): string {
  const odd = [...plan.env].filter(([name]) => !isShellName(name)).map(([name, value]) => `${name}=${value}`);
  const words = [
    ...userSwitch(plan.user, tools, userNamespace),
    ...(odd.length > 0 ? ['env', ...odd] : []),
    ...plan.argv,
  ];
  return words.map(shQuote).join(' ');
}

function exportLines(env: ReadonlyMap<string, string>): string {
  return [...env]
    .filter(([name]) => isShellName(name))
    .map(([name, value]) => `export ${name}=${shQuote(value)}`)
    .join('\n');
}

/** A shell drops variables such as `a.b` and keeps its hand on some others; env(1) has to set those. */
function isShellName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !shellOwn.test(name);
}
