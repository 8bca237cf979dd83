import { hintFor, type Advice } from '../advice.ts';

const ofScheduler: readonly Advice[] = [
  {
    words: [['persistentvolumeclaim "', '" not found']],
    hint: 'create the claim in this namespace, or correct `volumes.pvc`',
  },
  {
    words: [['ersistentVolumeClaim'], ['persistentvolumeclaim']],
    hint: 'the claim must have a volume first: kubectl describe pvc says what it waits for',
  },
  {
    words: [['Insufficient']],
    hint: 'ask for less, free or add nodes, or raise poll_timeout so that the job waits longer',
  },
  {
    words: [['selector'], ['affinity'], ['taint']],
    hint: 'correct node_selector, node_tolerations and affinity, or the labels and taints of the nodes',
  },
];

const ofKubelet: readonly Advice[] = [
  {
    words: [
      ['secret "', '" not found'],
      ['configmap "', '" not found'],
    ],
    hint: 'create it in the namespace of the job, or correct its name',
  },
  {
    words: [['runAsNonRoot']],
    hint: 'use an image with another user, or name one with run_as_user in pod_security_context',
  },
];

/** What to do about a Pod that no node took. @param why the scheduler's words */
export function schedulingHint(why: string): string {
  return hintFor(why, ofScheduler) ?? 'the scheduler says above what it waits for, poll_timeout how long';
}

/** What to do about a container that the kubelet cannot make, where that is known. @param why the kubelet's words */
export function containerHint(why: string): string | undefined {
  return hintFor(why, ofKubelet);
}
