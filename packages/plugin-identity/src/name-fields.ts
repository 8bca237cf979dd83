import { isDnsLabel, isDnsSubdomain } from '@podwright/core';

/** A name that jobs may overwrite. */
export interface NameField {
  readonly key: 'namespace' | 'service_account';
  readonly allowedKey: 'namespace_overwrite_allowed' | 'service_account_overwrite_allowed';
  readonly variable: string;
  readonly isName: (text: string) => boolean;
  /** What is said of a text that is no such name; goes on from the text. */
  readonly form: string;
}

export const namespaceField: NameField = Object.freeze({
  key: 'namespace',
  allowedKey: 'namespace_overwrite_allowed',
  variable: 'KUBERNETES_NAMESPACE_OVERWRITE',
  isName: isDnsLabel,
  form: 'is no name of a namespace: write at most 63 of a-z 0-9 -, with a letter or digit at both ends',
});

export const serviceAccountField: NameField = Object.freeze({
  key: 'service_account',
  allowedKey: 'service_account_overwrite_allowed',
  variable: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE',
  isName: isDnsSubdomain,
  form: 'is no name of a service account: write at most 253 of a-z 0-9 - and dots, with a letter or digit at both ends and around dots',
});
