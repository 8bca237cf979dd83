/** One variable of a job. */
export interface Variable {
  readonly key: string;
  readonly value: string;
  /** May be shown: such a variable goes into the Pod's env. */
  readonly public?: boolean;
  /** Set by the runner itself; treated like a public one. */
  readonly internal?: boolean;
  /** The value is a file's content; scripts see the file's path. */
  readonly file?: boolean;
  /** The value must not appear in the trace. */
  readonly masked?: boolean;
  /** References in the value are left alone. */
  readonly raw?: boolean;
  /** Replacing references brought something into the value that may not be shown. */
  readonly fromHidden?: boolean;
}

/** Whether a container's environment has it: public or the runner's own, and nothing by itself that must be hidden. */
export function isPublic({ public: shown, internal, masked, file }: Variable): boolean {
  return (shown === true || internal === true) && masked !== true && file !== true;
}
