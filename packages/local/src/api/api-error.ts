import type { Status, StatusDetails } from 'kubernetes-types/meta/v1.js';
import type { FieldProblem } from './validation/field-problem.ts';

/** An answer other than success, as a `Status` of the API. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param code HTTP status code
   * @param reason one of the API's reasons, such as `NotFound`; empty where the real API server gives none
   */
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details?: StatusDetails,
  ) {
    super(message);
  }

  /** The body of the answer. */
  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

/** @param plural the resource, such as `pods` */
export function forbidden(plural: string, name: string, why: string, details: StatusDetails = {}): ApiError {
  const message = `${plural} "${name}" is forbidden: ${why}`;
  return new ApiError(403, 'Forbidden', message, { name, kind: plural, ...details });
}

export function notFound(plural: string, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${plural} "${name}" not found`, { name, kind: plural });
}

/** No such resource or path. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError(405, 'MethodNotAllowed', message, {});
}

export function alreadyExists(plural: string, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${plural} "${name}" already exists`, { name, kind: plural });
}

export function conflict(plural: string, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${plural} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, { name, kind: plural });
}

/** The history does not reach back to the version asked for: list again. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

export function tooLarge(limit: number): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`);
}

/** @param accepted the media types that would do */
export function unsupportedMediaType(given: string, accepted: readonly string[]): ApiError {
  const message = `the body of the request is of type "${given}"; accepted media types: ${accepted.join(', ')}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

/** @param kind what was refused, such as `Pod` */
export function invalid(kind: string, name: string, problems: readonly FieldProblem[]): ApiError {
  const texts = problems.map(({ field, message }) => `${field}: ${message}`);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const causes = problems.map(({ reason, message, field }) => ({ reason, message, field }));
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${text}`, { name, kind, causes });
}

export function internalError(message: string): ApiError {
  const details = { causes: [{ message }] };
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, details);
}

/** A version that does not exist yet was asked for. */
export function versionTooLarge(asked: number, current: number): ApiError {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  return new ApiError(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
