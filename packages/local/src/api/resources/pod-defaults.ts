import type { Container, EnvVar, Pod, PodSpec, Probe, ResourceRequirements, Volume } from 'kubernetes-types/core/v1.js';

/** What the API server and its admission plugins fill in, as of Kubernetes 1.20. */
export function setPodDefaults(pod: Pod): void {
  const spec: PodSpec = { ...pod.spec, containers: pod.spec?.containers ?? [] };
  pod.spec = spec;
  spec.restartPolicy ??= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.serviceAccountName ||= spec.serviceAccount || 'default';
  spec.serviceAccount = spec.serviceAccountName;
  spec.securityContext ??= {};
  spec.schedulerName ||= 'default-scheduler';
  spec.enableServiceLinks ??= true;
  spec.priority ??= 0;
  spec.preemptionPolicy ??= 'PreemptLowerPriority';
  setTolerations(spec);

  for (const volume of spec.volumes ?? []) setVolumeDefaults(volume);
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) setContainerDefaults(container);

  Object.assign(pod, { status: { phase: 'Pending', qosClass: qosClass(spec), ...pod.status } });
}

function setTolerations(spec: PodSpec): void {
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const tolerations = spec.tolerations ?? [];
    const tolerated = tolerations.some(
      (item) => (item.key === key || !item.key) && (item.effect === 'NoExecute' || !item.effect),
    );
    if (tolerated) continue;
    spec.tolerations = [...tolerations, { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }];
  }
}

function setVolumeDefaults(volume: Volume): void {
  const { secret, configMap, downwardAPI, projected, hostPath } = volume;
  for (const source of [secret, configMap, downwardAPI, projected]) {
    if (source !== undefined) source.defaultMode ??= 0o644;
  }
  for (const { serviceAccountToken } of projected?.sources ?? []) {
    if (serviceAccountToken !== undefined) serviceAccountToken.expirationSeconds ??= 3600;
  }
  if (hostPath !== undefined) hostPath.type ??= '';
  const { name, ...source } = volume;
  if (name !== undefined && Object.keys(source).length === 0) volume.emptyDir = {};
}

function setContainerDefaults(container: Container): void {
  container.resources ??= {};
  setResourceDefaults(container.resources);
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.imagePullPolicy ||= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent';
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const { valueFrom } of container.env ?? ([] as EnvVar[])) {
    if (valueFrom?.fieldRef !== undefined) valueFrom.fieldRef.apiVersion ||= 'v1';
    if (valueFrom?.resourceFieldRef !== undefined) valueFrom.resourceFieldRef.divisor ??= '0';
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe !== undefined) setProbeDefaults(probe);
  }
}

/** What is not asked for is what is allowed; numbers become the strings that quantities are. */
function setResourceDefaults(resources: ResourceRequirements): void {
  for (const list of [resources.limits ?? {}, resources.requests ?? {}]) {
    for (const [name, value] of Object.entries<string | number>(list)) list[name] = String(value);
  }
  if (resources.limits !== undefined) resources.requests = { ...resources.limits, ...resources.requests };
}

function setProbeDefaults(probe: Probe): void {
  probe.timeoutSeconds ??= 1;
  probe.periodSeconds ??= 10;
  probe.successThreshold ??= 1;
  probe.failureThreshold ??= 3;
}

/** Whether an image names the tag `latest` or none; a digest is a fixed version. */
function isLatest(image: string): boolean {
  if (image.includes('@')) return false;
  const tag = image.split('/').at(-1)?.split(':')[1];
  return tag === undefined || tag === 'latest';
}

function qosClass({ containers, initContainers = [] }: PodSpec): string {
  const all = [...containers, ...initContainers];
  const none = all.every(({ resources }) =>
    [...compute(resources?.limits), ...compute(resources?.requests)].every((value) => value === undefined),
  );
  if (none) return 'BestEffort';
  const guaranteed = all.every(({ resources }) => {
    const limits = compute(resources?.limits);
    const requests = compute(resources?.requests);
    return limits.every((limit, index) => limit !== undefined && limit === requests[index]);
  });
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function compute(list: ResourceRequirements['limits']): (string | undefined)[] {
  return [list?.['cpu'], list?.['memory']];
}
