import type { RegistrationFlag } from './flag.ts';
import { configFlag, tokenFlag, urlFlag } from './register-flags.ts';

/** The flags with which runners of a file are chosen. */
export const selectionFlags: readonly RegistrationFlag[] = [
  configFlag,
  { flag: '--name', alias: '-n', kind: 'text', description: 'the runner with this name' },
  urlFlag,
  { ...tokenFlag, description: 'together with --url: the runner with this token' },
];
