/** A pause that something can cut short. Serves one who waits. */
export class Alarm {
  private end: () => void = () => undefined;

  async wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the pause there is; without one it does nothing. */
  ring(): void {
    this.end();
  }
}
