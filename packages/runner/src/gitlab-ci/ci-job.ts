/** A variable as the file defines it. */
export interface CiVariable {
  readonly key: string;
  readonly value: string;
  /** `expand: false`: references in the value are left alone. */
  readonly raw: boolean;
}

/** A container image of the job or of a service, with the keys of the job payload. */
export interface CiImage {
  readonly name: string;
  readonly alias?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly pull_policy?: readonly string[];
  readonly variables?: readonly CiVariable[];
}

export interface CiArtifact {
  readonly name?: string;
  readonly untracked?: boolean;
  readonly paths?: readonly string[];
  readonly exclude?: readonly string[];
  readonly when?: string;
  readonly expire_in?: string;
  readonly artifact_type: string;
  readonly artifact_format: string;
}

export interface CiCache {
  readonly key?: string;
  readonly untracked?: boolean;
  readonly policy?: string;
  readonly paths?: readonly string[];
  readonly when?: string;
  readonly fallback_keys?: readonly string[];
}

/** One job of a `.gitlab-ci.yml`, with everything it inherits. */
export interface CiJob {
  readonly name: string;
  readonly stage: string;
  readonly image?: CiImage;
  readonly services: readonly CiImage[];
  /** The file's, then the job's own: a later one wins. */
  readonly variables: readonly CiVariable[];
  /** `before_script` and `script`. */
  readonly script: readonly string[];
  readonly afterScript: readonly string[];
  readonly artifacts: readonly CiArtifact[];
  readonly cache: readonly CiCache[];
  /** Seconds; absent where the file says nothing. */
  readonly timeout?: number;
  readonly environment?: { readonly name: string; readonly url?: string; readonly action?: string };
  /** Into how many jobs GitLab would split it. */
  readonly parallel?: number;
  /** Jobs of the file whose artifacts GitLab would have put into the project directory. */
  readonly expectsArtifactsOf: readonly string[];
}
