import type { Credentials } from './credentials.ts';

/** A Kubernetes API and the right to use it. */
export interface Connection {
  /** Scheme, host, port, and a path where the API is not at the root; no slash at the end, never with credentials. */
  readonly server: string;
  /** Where it came from, for people: `host`, `in-cluster` or `kubeconfig PATH, context NAME`. */
  readonly source: string;
  /** The namespace of the kubeconfig's context or of podwright's own Pod; absent when there is none. */
  readonly namespace?: string;
  readonly credentials: Credentials;
  /**
   * The same API, asked with this bearer token instead of the credentials of the user. Only the certificate of
   * `cert_file` stays beside it.
   */
  withToken(token: string): Connection;
}
