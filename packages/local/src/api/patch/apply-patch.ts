import { ApiError, badRequest, unsupportedMediaType } from '../api-error.ts';
import { isJsonObject, type JsonObject } from '../kube-object.ts';
import { jsonPatch, JsonPatchError } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

const kinds: Readonly<Record<string, (target: unknown, patch: unknown) => unknown>> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': strategicMergePatch,
};

/**
 * Applies a patch of the given media type.
 * @throws ApiError 415 for a type that is not served, server-side apply among them; 400 or 422 for a bad patch
 */
export function applyPatch(mediaType: string, target: JsonObject, patch: unknown): JsonObject {
  const apply = kinds[mediaType];
  if (apply === undefined) throw unsupportedMediaType(mediaType, Object.keys(kinds));
  const result = patched(apply, target, patch);
  if (!isJsonObject(result)) throw badRequest('the patch leaves no object');
  return result;
}

function patched(apply: (target: unknown, patch: unknown) => unknown, target: JsonObject, patch: unknown): unknown {
  try {
    return apply(target, patch);
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    throw new ApiError(422, 'Invalid', `the patch cannot be applied: ${error.message}`, {});
  }
}
