import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';

/** Any JSON object. */
export type JsonObject = Record<string, unknown>;

/** An object of the API. What is in the store is frozen: change a copy, and put that. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** An object as the store holds it: named, with uid and version. */
export interface StoredObject extends KubeObject {
  metadata: ObjectMeta & { name: string; uid: string; resourceVersion: string };
}

/** Whether a value is a JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Seconds are the API's precision of time: `2026-01-31T08:00:00Z`. */
export function kubeTime(date: Date = new Date()): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
