/** What to do about a message of Kubernetes, which has no other word for most of its reasons. */
export interface Advice {
  /** Texts that are all in the message, in one of several ways. Plain ones, as the message may be made of anything. */
  readonly words: readonly (readonly string[])[];
  readonly hint: string;
}

/** The hint of the first advice that fits the message. */
export function hintFor(message: string, advice: readonly Advice[]): string | undefined {
  return advice.find(({ words }) => words.some((all) => all.every((text) => message.includes(text))))?.hint;
}
