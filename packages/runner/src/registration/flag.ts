/** How what is written behind a flag is read. */
export type FlagKind =
  | 'text'
  /** A path; relative to the current directory, and written into the file as an absolute one. */
  | 'file'
  | 'number'
  /** `true`, `false` and Go's other spellings; `true` when nothing is written. */
  | 'boolean'
  /** One text for each use. */
  | 'texts'
  | 'numbers'
  /** One `key:value` for each use. */
  | 'table';

/** A flag of `podwright register`. */
export interface RegistrationFlag {
  /** The long form, such as `--url`. */
  readonly flag: string;
  /** Its other form, such as `-u`. */
  readonly alias?: string;
  /** Variable of the environment that stands for the flag where it is not given. */
  readonly env?: string;
  readonly kind: FlagKind;
  /** Where its value goes below `[[runners]]`; absent where it does not go into the file as it is. */
  readonly path?: readonly string[];
  /** One line for help and docs. */
  readonly description: string;
  /** Whether its value is never shown. */
  readonly isSecret?: boolean;
}
