/** On every Pod of podwright; the shared watch selects by it. */
export const managedByLabel = { 'app.kubernetes.io/managed-by': 'podwright' } as const;

/** Has the Pod's own name as its value, so that a Service finds this Pod and no other. */
export const podLabel = 'app.kubernetes.io/instance';

/** Whose a Pod is; has `RunnerManager.systemId` as its value. A Pod without it is nobody's to sweep. */
export const managerLabel = 'podwright/manager';

/** Has `RunnerManager.life` as its value. */
export const lifeLabel = 'podwright/life';

/** Has the id of the job as its value. */
export const jobLabel = 'podwright/job';

/** The process that takes jobs from GitLab, and has to answer for the Pods that it makes. Both fit a label's value. */
export interface RunnerManager {
  /** The same each time it is started; other than that of any manager on another machine. */
  readonly systemId: string;
  /** Another one each time it is started. */
  readonly life: string;
}

/** The labels by which a Pod that was left behind is known. */
export function labelsOfManager(manager: RunnerManager, job: number): Record<string, string> {
  return { [managerLabel]: manager.systemId, [lifeLabel]: manager.life, [jobLabel]: String(job) };
}
