import type { Cluster, JobPaths } from '@podwright/core';

/** Where a suite runs its jobs: the embedded cluster in one of its modes, or a real one. */
export interface TestEnvironment {
  /** For the suite's title. */
  readonly name: string;
  readonly cluster: Cluster;
  readonly namespace: string;
  /** Requests sent so far outside the shared watch, as `verb resource`. */
  readonly requests: string[];
  /** Image of the build container: bash, coreutils. */
  readonly image: string;
  /** Image of the helper container: git. */
  readonly helperImage: string;
  /** Paths of one more job. */
  paths(): JobPaths;
  /** Names of all Pods and of the Secrets that podwright made, for "nothing is left". */
  leftovers(): Promise<string[]>;
  /** `kubectl delete pod`, by somebody else. */
  deletePod(name: string): Promise<void>;
  /** Kills the main process of a container, from outside it. */
  killContainer(pod: string, container: string): Promise<void>;
  /** Cuts every connection to the API that is open now. */
  cutConnections(): Promise<void>;
  close(): Promise<void>;
}

export const defaultPaths: JobPaths = {
  buildsDir: '/builds',
  projectDir: '/builds/group/project',
  tmpDir: '/builds/group/project.tmp',
  cacheDir: '/cache/group/project',
  jobDir: '/podwright/job',
  controlDir: '/podwright/control',
};
