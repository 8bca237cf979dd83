import { median } from '../common.mjs';

/** Growth beyond these, from the first third of the time to the last, is taken for a leak. */
const mayGrow = { megabytes: 15, handles: 15 };

/** Resident memory and handles over time. */
export class Samples {
  #list = [];

  add(megabytes, handles) {
    this.#list.push({ megabytes, handles });
  }

  /**
   * Least and middle of the first, second and last third. The least says what is kept when nothing is under way; the
   * beginning, in which everything is loaded and compiled, is left out.
   */
  thirds(name) {
    const list = this.#list.slice(Math.floor(this.#list.length / 10)).map((sample) => sample[name]);
    const size = Math.floor(list.length / 3);
    return [0, 1, 2].map((at) => {
      const third = list.slice(at * size, (at + 1) * size);
      return { least: Math.min(...third), median: median(third) };
    });
  }

  /** @returns whether it grew from the first third to the last, by its least and its middle */
  grew(name) {
    const [first, , last] = this.thirds(name);
    return last.least - first.least > mayGrow[name] && last.median - first.median > mayGrow[name];
  }
}

/** Prints what came of it. @returns whether something was not as it must be */
export function report({ samples, results, leftovers, survived, complaints, log }) {
  const counts = Object.entries(results.byKind).map(([name, count]) => `${count} ${name}`);
  console.log(`jobs ended        ${results.ended} (${counts.join(', ')})`);
  console.log(`faults            ${results.faults}, Pods deleted ${results.podsDeleted}`);
  for (const name of ['megabytes', 'handles']) {
    const thirds = samples.thirds(name).map(({ least, median: middle }) => `${round(least)} / ${round(middle)}`);
    console.log(
      `${name.padEnd(17)} ${thirds.join(', ')} (least / median by third)${samples.grew(name) ? ': GREW' : ''}`,
    );
  }
  const failures = [
    ...results.wrong,
    ...leftovers.map((name) => `left over: ${name}`),
    ...complaints.map((complaint) => `broke the protocol: ${complaint}`),
    ...(survived ? [] : [`the daemon died:\n${log}`]),
    ...['megabytes', 'handles'].filter((name) => samples.grew(name)).map((name) => `${name} grew`),
  ];
  console.log(failures.length === 0 ? 'nothing wrong' : `WRONG:\n  ${failures.join('\n  ')}`);
  return failures.length > 0;
}

const round = (value) => Math.round(value * 10) / 10;
