/** What this runner is and can do; GitLab gives it only jobs that it can do. */
export interface RunnerInfo {
  /** Shown in GitLab. */
  readonly name: string;
  readonly version: string;
  readonly revision: string;
  /** Go's words: `linux`, `darwin`. */
  readonly platform: string;
  /** Go's words: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly executor: string;
  readonly shell: string;
  /** GitLab's names of features, such as `refspecs` or `masking`; say only what is true. */
  readonly features: Readonly<Record<string, boolean>>;
}
