/** Where things are inside the containers of one job. All are absolute. */
export interface JobPaths {
  /** Root of the sources volume; `builds_dir`, default `/builds`. */
  readonly buildsDir: string;
  /** Working directory of the scripts: `buildsDir` and the project's path. */
  readonly projectDir: string;
  /** File variables and git's template: `projectDir` + `.tmp`. */
  readonly tmpDir: string;
  /** `cache_dir` and the project's path; default `/cache/…`. */
  readonly cacheDir: string;
  /** Read-only: supervisor, plan, variables and stage scripts, from the job's Secrets. */
  readonly jobDir: string;
  /** Shared by build and helper container, writable by all: log, events, FIFOs and wishes. */
  readonly controlDir: string;
}

/** podwright's own directories in a Pod, whose containers have file systems of their own. */
export const podPaths: Pick<JobPaths, 'jobDir' | 'controlDir'> = Object.freeze({
  jobDir: '/podwright/job',
  controlDir: '/podwright/control',
});
