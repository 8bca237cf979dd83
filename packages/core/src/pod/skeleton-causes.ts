import type { JobContext } from '../job/context.ts';
import type { Cause } from './cause.ts';
import type { ContainerDraft, PodDraft } from './draft.ts';

const named: Cause = { because: 'names the Pod, its runner and its project' };
const found: Cause = { because: 'the runner finds its Pods and their Secrets by it' };
const shared: Cause = { because: 'the supervisors of build and helper hand the job to each other through it' };
const scripts: Cause = { because: "holds the job's scripts and variables" };
const supervisor: Cause = { because: "the supervisor, which walks the job's stages" };

/** Says what core itself writes into a Pod. */
export function explainPod(draft: PodDraft, job: JobContext): void {
  draft.explain('metadata', named);
  draft.explain('metadata.namespace', { because: 'nobody names another one' });
  draft.explain('metadata.labels', found);
  draft.explain('spec.activeDeadlineSeconds', {
    because: 'time to start (poll_timeout), the timeout of the job, and an hour for a runner that comes back',
  });
  draft.explain('spec.restartPolicy', { because: 'a job runs once' });
  draft.explain('spec.terminationGracePeriodSeconds', { config: 'terminationGracePeriodSeconds' });
  draft.explain('spec.volumes[repo]', buildsCause(job));
  draft.explain('spec.volumes[podwright-control]', shared);
  draft.explain('spec.volumes[podwright-job]', scripts);
}

/** Says what core itself writes into a container. */
export function explainContainer(draft: ContainerDraft, job: JobContext): void {
  const { buildsDir, controlDir, jobDir } = job.paths;
  draft.explain('name', { because: 'the name of its role' });
  draft.explain('command', supervisor);
  draft.explain('env', { because: 'a public variable of the job' });
  draft.explain(`volumeMounts[${buildsDir}]`, buildsCause(job));
  draft.explain(`volumeMounts[${controlDir}]`, shared);
  draft.explain(`volumeMounts[${jobDir}]`, scripts);
}

function buildsCause({ runner }: JobContext): Cause {
  return runner.builds_dir === '' ? { because: "the job's sources" } : { runner: 'builds_dir' };
}
