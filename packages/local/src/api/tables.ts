import type { StoredObject } from './kube-object.ts';
import type { Column, Resource } from './resources/resource.ts';

const nameColumn: Column = { name: 'Name', type: 'string', cell: ({ metadata }) => metadata.name };
const ageColumn: Column = { name: 'Age', type: 'string', cell: ({ metadata }) => age(metadata.creationTimestamp) };

/** Which part of each object a table carries beside its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** The `Table` that `kubectl get` asks for and prints. Events have no name and age, as in the real API server. */
export function toTable(
  resource: Resource,
  objects: readonly StoredObject[],
  metadata: object,
  include: IncludeObject,
): object {
  const columns = resource.plural === 'events' ? resource.columns : [nameColumn, ...ordered(resource.columns)];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type, wide }) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: wide === true ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object)),
      object: included(object, include),
    })),
  };
}

/** How long ago a time was, as kubectl writes it: `5s`, `3m20s`, `2h`, `4d`. */
export function age(time: string | undefined): string {
  const since = Date.parse(time ?? '');
  if (Number.isNaN(since)) return '<unknown>';
  const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

function ordered(columns: readonly Column[]): Column[] {
  const wide = columns.filter((column) => column.wide === true);
  return [...columns.filter((column) => column.wide !== true), ageColumn, ...wide];
}

function included(object: StoredObject, include: IncludeObject): object | null {
  if (include === 'None') return null;
  if (include === 'Object') return object;
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
