/** Whatever ends a command: its message is the last line of the log, the exit status is 1. Never holds a token or a signed URL. */
export class HelperError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** A command line that cannot be understood. */
export class UsageError extends HelperError {}

/** Something that is often not there, such as a cache: the command fails, but nothing is wrong. */
export class NotThereError extends HelperError {}

/** A transfer that failed and may succeed when it is tried again. */
export class RetryableError extends HelperError {}

/** The other side is there and asks for patience: it gets more tries than other failures. */
export class ServiceUnavailableError extends RetryableError {}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's code of an error, such as `ENOENT`; undefined where it has none. */
export function codeOf(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
