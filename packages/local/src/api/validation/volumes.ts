import type {
  ConfigMapProjection,
  HostPathVolumeSource,
  KeyToPath,
  ProjectedVolumeSource,
  SecretVolumeSource,
  Volume,
  VolumeProjection,
} from 'kubernetes-types/core/v1.js';
import { isJsonObject } from '../kube-object.ts';
import { duplicates, forbiddenField, invalidValue, required, type FieldProblem } from './field-problem.ts';
import { checkName, checkNameTwice, dnsLabelRule, dnsSubdomainRule } from './names.ts';
import { parseQuantity } from './quantity.ts';

const sourceOrder = [
  'emptyDir',
  'hostPath',
  'secret',
  'persistentVolumeClaim',
  'downwardAPI',
  'configMap',
  'projected',
];

/** What is wrong with the volumes of a Pod. */
export function validateVolumes(volumes: readonly Volume[] = []): FieldProblem[] {
  const field = 'spec.volumes';
  return [
    ...volumes.flatMap((volume, index) => volumeProblems(`${field}[${index}]`, volume)),
    ...duplicates(
      volumes.map(({ name }) => name),
      (index) => `${field}[${index}].name`,
    ),
  ];
}

/** A path inside a volume or container that must not lead out of it. */
export function relativePathProblems(field: string, path: string): FieldProblem[] {
  if (path.startsWith('/')) return [invalidValue(field, path, 'must be a relative path')];
  return dotDotProblems(field, path);
}

function volumeProblems(field: string, volume: Volume): FieldProblem[] {
  const { name, emptyDir, secret, configMap, hostPath, projected, persistentVolumeClaim, csi, downwardAPI } = volume;
  return [
    ...checkName(`${field}.name`, name, dnsLabelRule),
    ...furtherSources(volume).map((source) => secondSource(`${field}.${source}`)),
    ...(emptyDir?.sizeLimit === undefined ? [] : sizeProblems(`${field}.emptyDir`, emptyDir.sizeLimit)),
    ...(secret === undefined ? [] : secretProblems(`${field}.secret`, secret)),
    ...(configMap === undefined ? [] : objectProblems(`${field}.configMap`, configMap)),
    ...(configMap === undefined ? [] : modeProblems(`${field}.configMap`, configMap)),
    ...(hostPath === undefined ? [] : hostPathProblems(`${field}.hostPath`, hostPath)),
    ...(projected === undefined ? [] : projectedProblems(`${field}.projected`, projected)),
    ...(persistentVolumeClaim === undefined || persistentVolumeClaim.claimName
      ? []
      : [required(`${field}.persistentVolumeClaim.claimName`)]),
    ...(csi === undefined ? [] : checkNameTwice(`${field}.csi.driver`, csi.driver, dnsSubdomainRule)),
    ...(downwardAPI === undefined ? [] : modeProblems(`${field}.downwardAPI`, downwardAPI)),
    ...(downwardAPI?.items ?? []).flatMap(({ path }, index) =>
      pathProblems(`${field}.downwardAPI.items[${index}].path`, path),
    ),
  ];
}

/** The sources after the first one, in the order in which the real API server looks at them. */
function furtherSources(source: Volume | VolumeProjection): string[] {
  const given = Object.entries(source).filter(([, value]) => isJsonObject(value));
  const names = given.map(([name]) => name);
  const inOrder = sourceOrder.filter((name) => names.includes(name));
  return [...inOrder, ...names.filter((name) => !inOrder.includes(name))].slice(1);
}

function secondSource(field: string): FieldProblem {
  return forbiddenField(field, 'may not specify more than 1 volume type');
}

function sizeProblems(field: string, size: string): FieldProblem[] {
  const bytes = parseQuantity(size);
  if (bytes !== undefined && bytes >= 0n) return [];
  return [forbiddenField(`${field}.sizeLimit`, 'must be a valid quantity, not negative')];
}

function secretProblems(field: string, source: SecretVolumeSource): FieldProblem[] {
  return [
    ...(source.secretName ? [] : [required(`${field}.secretName`)]),
    ...modeProblems(field, source),
    ...itemProblems(field, source.items),
  ];
}

function objectProblems(field: string, source: ConfigMapProjection): FieldProblem[] {
  return [...(source.name ? [] : [required(`${field}.name`)]), ...itemProblems(field, source.items)];
}

function itemProblems(field: string, items: readonly KeyToPath[] = []): FieldProblem[] {
  return items.flatMap(({ key, path, mode }, index) => [
    ...(key ? [] : [required(`${field}.items[${index}].key`)]),
    ...pathProblems(`${field}.items[${index}].path`, path),
    ...fileModeProblems(`${field}.items[${index}].mode`, mode),
  ]);
}

function pathProblems(field: string, path: string | undefined): FieldProblem[] {
  return path ? relativePathProblems(field, path) : [required(field)];
}

function modeProblems(field: string, source: { readonly defaultMode?: number }): FieldProblem[] {
  return fileModeProblems(`${field}.defaultMode`, source.defaultMode);
}

function fileModeProblems(field: string, mode: number | undefined): FieldProblem[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  return [invalidValue(field, mode, 'must be between 0 and 0777 (octal)')];
}

function hostPathProblems(field: string, { path }: HostPathVolumeSource): FieldProblem[] {
  return path ? dotDotProblems(`${field}.path`, path) : [required(`${field}.path`)];
}

function dotDotProblems(field: string, path: string): FieldProblem[] {
  return path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : [];
}

function projectedProblems(field: string, projected: ProjectedVolumeSource): FieldProblem[] {
  const paths = new Set<string>();
  const sources = projected.sources ?? [];
  return [
    ...modeProblems(field, projected),
    ...sources.flatMap((source, index) => projectionProblems(`${field}.sources[${index}]`, source)),
    ...sources.flatMap(projectedPaths).flatMap(({ path, from }) => {
      if (paths.has(path)) return [invalidValue(field, from, `conflicting duplicate path ${path}`)];
      paths.add(path);
      return [];
    }),
  ];
}

function projectionProblems(field: string, source: VolumeProjection): FieldProblem[] {
  const { secret, configMap, serviceAccountToken } = source;
  return [
    ...furtherSources(source).map(() => secondSource(field)),
    ...(secret === undefined ? [] : objectProblems(`${field}.secret`, secret)),
    ...(configMap === undefined ? [] : objectProblems(`${field}.configMap`, configMap)),
    ...(serviceAccountToken === undefined
      ? []
      : pathProblems(`${field}.serviceAccountToken.path`, serviceAccountToken.path)),
  ];
}

function projectedPaths({ secret, configMap, downwardAPI }: VolumeProjection): { path: string; from: string }[] {
  const items = [secret, configMap].flatMap((source) =>
    (source?.items ?? []).map(({ path }) => ({ path, from: source?.name ?? '' })),
  );
  const fields = (downwardAPI?.items ?? []).map(({ path }) => ({ path, from: 'downwardAPI' }));
  return [...items, ...fields].filter(({ path }) => Boolean(path));
}
