import { Buffer } from 'node:buffer';

/** Bytes that the keys and values of all annotations of an object may have in all. */
const most = 256 * 1024;

/** Why the API server would refuse annotations for their size; nothing when it would not. */
export function problemOfSize(annotations: Iterable<readonly [key: string, value: string]>): string | undefined {
  let bytes = 0;
  for (const [key, value] of annotations) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  return bytes > most ? `${bytes} bytes of annotations are more than the ${most} that Kubernetes allows` : undefined;
}
