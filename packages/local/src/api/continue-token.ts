import { isJsonObject } from './kube-object.ts';

/** What the `continue` of a list means: it began at a version, and the last object told was this one. */
export interface ContinuePoint {
  readonly version: number;
  readonly after: string;
}

export function continueToken(version: number, after: string): string {
  return Buffer.from(JSON.stringify({ version, after })).toString('base64url');
}

/** @returns `undefined` when it is not a token of ours */
export function readContinueToken(token: string): ContinuePoint | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (!isJsonObject(value)) return undefined;
    const { version, after } = value;
    return typeof version === 'number' && typeof after === 'string' ? { version, after } : undefined;
  } catch {
    return undefined;
  }
}
