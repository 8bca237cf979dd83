import { isNamespaceName, isServiceAccountName, namespaceForm, serviceAccountForm } from './names.ts';

/** A name that jobs may overwrite. */
export interface NameField {
  readonly key: 'namespace' | 'service_account';
  readonly allowedKey: 'namespace_overwrite_allowed' | 'service_account_overwrite_allowed';
  readonly variable: string;
  readonly isName: (text: string) => boolean;
  readonly form: string;
}

export const namespaceField: NameField = Object.freeze({
  key: 'namespace',
  allowedKey: 'namespace_overwrite_allowed',
  variable: 'KUBERNETES_NAMESPACE_OVERWRITE',
  isName: isNamespaceName,
  form: namespaceForm,
});

export const serviceAccountField: NameField = Object.freeze({
  key: 'service_account',
  allowedKey: 'service_account_overwrite_allowed',
  variable: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE',
  isName: isServiceAccountName,
  form: serviceAccountForm,
});
