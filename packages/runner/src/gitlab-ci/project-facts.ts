/** What a job is told of its project, commit and pipeline; found by the sources, or given by tests. */
export interface ProjectFacts {
  /** Stands for the ids of job and pipeline, which only GitLab gives. */
  readonly jobId: number;
  /** Where the job fetches from. */
  readonly repoUrl: string;
  /** Password in `repoUrl`; it is masked in the trace. */
  readonly token?: string;
  /** `group/project`. */
  readonly projectPath: string;
  /** Root of the GitLab server, without a trailing slash, such as `https://gitlab.example.com`. */
  readonly serverUrl: string;
  readonly defaultBranch: string;
  readonly ref: { readonly name: string; readonly type: 'branch' | 'tag' };
  readonly refspecs: readonly string[];
  readonly commit: CommitFacts;
  readonly user: { readonly name: string; readonly email: string };
  /** When the job starts. */
  readonly now: Date;
}

export interface CommitFacts {
  readonly sha: string;
  readonly message: string;
  /** `Name <mail>`. */
  readonly author: string;
  /** ISO 8601. */
  readonly timestamp: string;
}
