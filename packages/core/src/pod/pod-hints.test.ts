import { expect, it } from 'vitest';
import { containerHint, schedulingHint } from './pod-hints.ts';

it.each([
  ['persistentvolumeclaim "cache" not found', 'create the claim'],
  ['0/1 nodes are available: 1 persistentvolumeclaim "cache" not found.', 'create the claim'],
  ['0/1 nodes are available: 1 pod has unbound immediate PersistentVolumeClaims.', 'the claim must have a volume'],
  ['0/3 nodes are available: 2 Insufficient cpu, 1 node(s) had taint {a: b}.', 'ask for less'],
  ["0/1 nodes are available: 1 node(s) didn't match node selector.", 'node_selector'],
  ["0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", 'node_selector'],
  ["0/1 nodes are available: 1 node(s) had taint {a: b}, that the pod didn't tolerate.", 'node_tolerations'],
  ['the scheduler gave no reason', 'poll_timeout'],
])('says what to do when the scheduler says: %s', (why, hint) => {
  expect(schedulingHint(why)).toContain(hint);
});

it.each([
  ['secret "login" not found', /^create it in the namespace/],
  ['configmap "settings" not found', /^create it in the namespace/],
  ['container has runAsNonRoot and image will run as root', /run_as_user/],
  ["couldn't find key x in Secret ci/login", /^nothing/],
])('says what to do when the kubelet says: %s', (why, hint) => {
  expect(containerHint(why) ?? 'nothing').toMatch(hint);
});
