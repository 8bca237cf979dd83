import type {
  Container,
  ContainerPort,
  LifecycleHandler,
  PodSpec,
  Probe,
  VolumeMount,
} from 'kubernetes-types/core/v1.js';
import { validateComputeResources } from './compute-resources.ts';
import { validateEnvironment } from './environment.ts';
import {
  duplicates,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  unknownValue,
  type FieldProblem,
} from './field-problem.ts';
import { checkName, dnsLabelRule } from './names.ts';
import { validateSecurityContext } from './security.ts';
import { relativePathProblems } from './volumes.ts';

const portName = /^[a-z0-9-]{1,15}$/;

/** What is wrong with the containers of a Pod. */
export function validateContainers(spec: PodSpec): FieldProblem[] {
  const containers = spec.containers ?? [];
  const initContainers = spec.initContainers ?? [];
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const names = new Set<string>();
  const problemsOf = (list: readonly Container[], field: string): FieldProblem[] => [
    ...list.flatMap((container, index) => containerProblems(`${field}[${index}]`, container, volumes)),
    ...duplicates(
      list.map(({ name }) => name),
      (index) => `${field}[${index}].name`,
      names,
    ),
  ];
  return [
    ...(containers.length === 0 ? [required('spec.containers')] : []),
    ...problemsOf(containers, 'spec.containers'),
    ...problemsOf(initContainers, 'spec.initContainers'),
  ];
}

function containerProblems(field: string, container: Container, volumes: ReadonlySet<string>): FieldProblem[] {
  return [
    ...checkName(`${field}.name`, container.name, dnsLabelRule),
    ...imageProblems(`${field}.image`, container.image),
    ...lifecycleProblems(field, container),
    ...messagePolicyProblems(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy),
    ...(container.ports ?? []).flatMap((port, index) => portProblems(`${field}.ports[${index}]`, port)),
    ...validateEnvironment(field, container),
    ...mountProblems(field, container, volumes),
    ...validateComputeResources(`${field}.resources`, container.resources),
    ...validateSecurityContext(`${field}.securityContext`, container.securityContext),
  ];
}

function imageProblems(field: string, image: string | undefined): FieldProblem[] {
  if (!image) return [required(field)];
  return image === image.trim() ? [] : [invalidValue(field, image, 'must not begin or end with white space')];
}

function messagePolicyProblems(field: string, policy: string | undefined): FieldProblem[] {
  if (policy === undefined || policy === 'File' || policy === 'FallbackToLogsOnError') return [];
  return [invalidValue(field, policy, "must be 'File' or 'FallbackToLogsOnError'")];
}

function lifecycleProblems(field: string, container: Container): FieldProblem[] {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  const probes = { livenessProbe, readinessProbe, startupProbe };
  return [
    ...Object.entries(probes).flatMap(([name, probe]) => probeProblems(`${field}.${name}`, probe)),
    ...handlerProblems(`${field}.lifecycle.postStart`, lifecycle?.postStart),
    ...handlerProblems(`${field}.lifecycle.preStop`, lifecycle?.preStop),
  ];
}

function probeProblems(field: string, probe: Probe | undefined): FieldProblem[] {
  if (probe === undefined) return [];
  const { periodSeconds, timeoutSeconds, initialDelaySeconds, successThreshold, failureThreshold } = probe;
  const numbers = { initialDelaySeconds, timeoutSeconds, periodSeconds, successThreshold, failureThreshold };
  return [
    ...handlerProblems(field, probe),
    ...Object.entries(numbers)
      .filter(([, value]) => value !== undefined && value < 0)
      .map(([name, value]) => invalidValue(`${field}.${name}`, value, 'must be greater than or equal to 0')),
  ];
}

function handlerProblems(field: string, handler: (LifecycleHandler & { grpc?: object }) | undefined): FieldProblem[] {
  if (handler === undefined) return [];
  const { exec, httpGet, tcpSocket, grpc } = handler;
  const given = [exec, httpGet, tcpSocket, grpc].filter((kind) => kind !== undefined);
  if (given.length === 0) return [required(field, 'a handler type must be specified')];
  if (given.length > 1) return [forbiddenField(field, 'may not specify more than 1 handler type')];
  return exec !== undefined && (exec.command ?? []).length === 0 ? [required(`${field}.exec.command`)] : [];
}

function portProblems(field: string, port: ContainerPort): FieldProblem[] {
  const { containerPort, hostPort, name } = port;
  return [
    ...(containerPort
      ? portNumberProblems(`${field}.containerPort`, containerPort)
      : [required(`${field}.containerPort`)]),
    ...(hostPort ? portNumberProblems(`${field}.hostPort`, hostPort) : []),
    ...(name === undefined || portName.test(name)
      ? []
      : [invalidValue(`${field}.name`, name, "must be at most 15 lower case letters, digits and '-'")]),
  ];
}

function portNumberProblems(field: string, port: number): FieldProblem[] {
  return port >= 1 && port <= 65_535 ? [] : [invalidValue(field, port, 'must be between 1 and 65535')];
}

function mountProblems(field: string, container: Container, volumes: ReadonlySet<string>): FieldProblem[] {
  const mounts = container.volumeMounts ?? [];
  const privileged = container.securityContext?.privileged === true;
  const paths = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const at = `${field}.volumeMounts[${index}]`;
    const problems = [
      ...(mount.name ? [] : [required(`${at}.name`)]),
      ...(volumes.has(mount.name) ? [] : [unknownValue(`${at}.name`, mount.name ?? '')]),
      ...(mount.mountPath ? [] : [required(`${at}.mountPath`)]),
      ...(paths.has(mount.mountPath) ? [invalidValue(`${at}.mountPath`, mount.mountPath, 'must be unique')] : []),
      ...subPathProblems(`${field}.volumeMounts`, at, mount),
      ...propagationProblems(`${field}.volumeMounts.mountPropagation`, mount.mountPropagation, privileged),
    ];
    paths.add(mount.mountPath);
    return problems;
  });
}

// The real API server leaves the index out of some of these paths.
function subPathProblems(list: string, item: string, { subPath, subPathExpr }: VolumeMount): FieldProblem[] {
  if (subPath && subPathExpr) {
    return [invalidValue(`${item}.subPathExpr`, subPathExpr, 'must not be specified together with subPath')];
  }
  return [
    ...(subPath ? relativePathProblems(`${list}.subPath`, subPath) : []),
    ...(subPathExpr ? relativePathProblems(`${list}.subPathExpr`, subPathExpr) : []),
  ];
}

function propagationProblems(field: string, value: string | undefined, privileged: boolean): FieldProblem[] {
  const kinds = ['Bidirectional', 'HostToContainer', 'None'];
  if (value === undefined) return [];
  if (!kinds.includes(value)) return [notSupported(field, value, kinds)];
  return value === 'Bidirectional' && !privileged ? [forbiddenField(field, 'only for privileged containers')] : [];
}
