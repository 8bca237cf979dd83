import type { ProjectFacts } from '../gitlab-ci/project-facts.ts';

/** Where a job gets its files from, and what it is told of them. */
export interface Sources {
  readonly facts: Omit<ProjectFacts, 'jobId' | 'now'>;
  /** Directories of this machine that the job clones from; absolute. */
  readonly directories: readonly string[];
  /** What the user should know of the choice: one sentence each, without a full stop. */
  readonly notes: readonly string[];
}
