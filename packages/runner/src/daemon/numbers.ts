/** Numbers that jobs hold while they run. Each gets the lowest one that is free, so that what is named by it is used again. */
export class Numbers {
  private readonly taken = new Map<string, Set<number>>();

  /** @param among which jobs the number is to be unique */
  take(among: string): number {
    const taken = this.taken.get(among) ?? new Set();
    this.taken.set(among, taken);
    let number = 0;
    while (taken.has(number)) number += 1;
    taken.add(number);
    return number;
  }

  release(among: string, number: number): void {
    const taken = this.taken.get(among);
    taken?.delete(number);
    if (taken?.size === 0) this.taken.delete(among);
  }
}
