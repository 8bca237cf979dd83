import { randomBytes } from 'node:crypto';

/** A form with one file, to be sent while it is made. */
export interface MultipartFile {
  readonly contentType: string;
  readonly body: AsyncIterable<Buffer>;
}

/** Puts a file into a form as its field `file`. */
export function multipartFile(filename: string, content: AsyncIterable<Buffer>): MultipartFile {
  const boundary = randomBytes(30).toString('hex');
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted(filename)}"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  const body = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(head);
    yield* content;
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  };
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: body() };
}

/** What would end the name, or the line. */
function quoted(filename: string): string {
  return filename.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
