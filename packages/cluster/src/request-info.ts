/** One try of a request to the API, told to `ClusterOptions.onRequest` when its answer began or failed. */
export interface RequestInfo {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'delete' | 'exec';
  /** Plural, such as `pods`. */
  readonly resource: string;
  /** HTTP status of the answer; absent when there was none. */
  readonly status?: number;
}
