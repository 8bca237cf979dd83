import { readdirSync, readFileSync } from 'node:fs';
import { killGroup, signalProcess } from './spawn-child.ts';

/** The variable that marks the processes of a container. They inherit it, whatever sessions and parents they change to. */
export const markVariable = 'PODWRIGHT_CONTAINER';

/** Looks that are taken before a program that makes processes faster than they can be killed is given up on. */
const mostLooks = 50;

interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly marked: boolean;
}

/**
 * Kills every process of a container: those with its mark in their environment, their descendants, and all in their
 * sessions. Where there is no /proc, just the process groups of the leaders.
 * @param mark value of `markVariable`, unique to the container
 * @param leaders processes of the container that lead a session; they may have ended
 */
export function killMarked(mark: string, leaders: readonly number[]): void {
  const killed = new Set<number>();
  for (let look = 0; look < mostLooks; look += 1) {
    const fresh = membersOf(runningProcesses(mark), leaders).filter((pid) => !killed.has(pid));
    // What is killed makes no more processes, so those that were not there the last time are the last ones.
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      killed.add(pid);
      kill(pid);
    }
  }
  for (const leader of leaders) killGroup(leader);
}

function membersOf(running: readonly RunningProcess[], leaders: readonly number[]): number[] {
  const owned = new Set(leaders);
  const members = new Set<number>();
  for (let before = -1; before < members.size;) {
    before = members.size;
    for (const { pid, parent, group, session, marked } of running) {
      if (!marked && ![parent, group, session].some((id) => owned.has(id))) continue;
      members.add(pid);
      owned.add(pid).add(session);
    }
  }
  return [...members];
}

function runningProcesses(mark: string): RunningProcess[] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) > 1 && Number(name) !== process.pid)
    .flatMap((name) => readProcess(name, `${markVariable}=${mark}`) ?? []);
}

/** @returns nothing for one that has ended, waited for or not */
function readProcess(name: string, mark: string): RunningProcess | undefined {
  // The name of the program is in brackets and may hold anything.
  const [state = '', ...ids] = (read(`/proc/${name}/stat`).split(') ').at(-1) ?? '').split(' ', 4);
  if (['', 'Z', 'X'].includes(state)) return undefined;
  const [parent = 0, group = 0, session = 0] = ids.map(Number);
  const marked = read(`/proc/${name}/environ`).split('\0').includes(mark);
  return { pid: Number(name), parent, group, session, marked };
}

/** Whoever changed its user cannot be killed by this one. */
function kill(pid: number): void {
  try {
    signalProcess(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
