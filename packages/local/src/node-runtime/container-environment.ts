import type { Container, EnvFromSource, EnvVar, Pod } from 'kubernetes-types/core/v1.js';
import type { NodeApi } from '../node.ts';
import { ContainerProblem } from './container-problem.ts';
import { expandReferences } from './expand-references.ts';
import { fieldValue } from './field-value.ts';

type Objects = Pick<NodeApi, 'getConfigMap' | 'getSecret'>;

const variableName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/**
 * Resolves the environment of a container as kubelet does: `defaults`, then `envFrom`, then `env`, where a value may refer
 * to what came before it. Nothing of the host's environment is in it.
 * @throws ContainerProblem `CreateContainerConfigError` when a Secret, ConfigMap or key is missing and not optional
 */
export function containerEnvironment(
  pod: Pod,
  container: Container,
  objects: Objects,
  defaults: Readonly<Record<string, string>>,
): Map<string, string> {
  const namespace = pod.metadata?.namespace ?? '';
  const env = new Map(Object.entries(defaults));
  for (const source of container.envFrom ?? []) {
    for (const [name, value] of valuesOf(source, namespace, objects)) env.set(name, value);
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, pod, objects, env);
    if (value !== undefined) env.set(variable.name, value);
  }
  return env;
}

function valuesOf(source: EnvFromSource, namespace: string, objects: Objects): [string, string][] {
  const prefix = source.prefix ?? '';
  const { configMapRef, secretRef } = source;
  const ref = configMapRef ?? secretRef;
  const name = ref?.name ?? '';
  const data = configMapRef ? configMapData(namespace, name, objects) : secretData(namespace, name, objects);
  if (!data && ref?.optional !== true) throw missing(configMapRef ? 'configmap' : 'secret', name);
  // Kubernetes leaves out keys that are no names of variables.
  return Object.entries(data ?? {})
    .map(([key, value]): [string, string] => [prefix + key, value])
    .filter(([key]) => variableName.test(key));
}

function valueOf(
  { name, value = '', valueFrom }: EnvVar,
  pod: Pod,
  objects: Objects,
  env: ReadonlyMap<string, string>,
): string | undefined {
  if (!valueFrom) return expandReferences(value, (key) => env.get(key));
  const namespace = pod.metadata?.namespace ?? '';
  const { configMapKeyRef, fieldRef, secretKeyRef } = valueFrom;
  if (fieldRef) return podField(pod, fieldRef);
  if (configMapKeyRef) {
    return keyOf('configmap', namespace, configMapKeyRef, configMapData(namespace, configMapKeyRef.name, objects));
  }
  if (secretKeyRef) return keyOf('secret', namespace, secretKeyRef, secretData(namespace, secretKeyRef.name, objects));
  const kinds = 'value, configMapKeyRef, fieldRef and secretKeyRef are';
  throw configProblem(`env ${name}: ${Object.keys(valueFrom).join(', ')} is not supported by this node, only ${kinds}`);
}

function podField(pod: Pod, fieldRef: Parameters<typeof fieldValue>[1]): string {
  try {
    return fieldValue(pod, fieldRef);
  } catch (cause) {
    throw configProblem(cause instanceof Error ? cause.message : String(cause));
  }
}

function keyOf(
  kind: 'configmap' | 'secret',
  namespace: string,
  { name = '', key, optional }: { name?: string; key: string; optional?: boolean },
  data: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const value = data?.[key];
  if (value !== undefined || optional === true) return value;
  if (!data) throw missing(kind, name);
  throw configProblem(`couldn't find key ${key} in ${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${namespace}/${name}`);
}

function configMapData(
  namespace: string,
  name: string | undefined,
  objects: Objects,
): Record<string, string> | undefined {
  const configMap = objects.getConfigMap(namespace, name ?? '');
  return configMap && { ...configMap.data };
}

function secretData(namespace: string, name: string | undefined, objects: Objects): Record<string, string> | undefined {
  const secret = objects.getSecret(namespace, name ?? '');
  if (!secret) return undefined;
  const entries = Object.entries(secret.data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

function missing(kind: string, name: string): ContainerProblem {
  return configProblem(`${kind} "${name}" not found`);
}

function configProblem(message: string): ContainerProblem {
  return new ContainerProblem('CreateContainerConfigError', message);
}
