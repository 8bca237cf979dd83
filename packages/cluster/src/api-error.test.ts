import { describe, expect, test } from 'vitest';
import { refusedBy } from './api-error.ts';

const what = 'create pods ci/job-1';

function refusal(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return refusedBy(what, status, headers, Buffer.from(text));
}

describe('the error of a refused request', () => {
  test('says what was asked, what the API said, and the status', () => {
    const { error } = refusal(404, { status: 'Failure', reason: 'NotFound', message: 'namespaces "ci" not found' });
    expect(error).toMatchObject({
      message: 'create pods ci/job-1: namespaces "ci" not found (HTTP 404)',
      status: 404,
      reason: 'NotFound',
    });
  });

  test('adds the causes that the message does not tell', () => {
    const causes = [
      { field: 'spec.containers[0].image', message: 'Required value' },
      { field: 'spec.nodeName', message: 'Invalid value: "A"' },
      { message: 'and more' },
    ];
    const message = 'Pod "job-1" is invalid: spec.containers[0].image: Required value';
    const { error } = refusal(422, { status: 'Failure', reason: 'Invalid', message, details: { causes } });
    expect(error.message).toBe(
      `create pods ci/job-1: ${message}; spec.nodeName: Invalid value: "A"; and more (HTTP 422)`,
    );
  });

  test('leaves out the part of the body that a decoding error quotes', () => {
    const message =
      'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 2, error found in #10 byte of ...|"s3cret"}|..., bigger context ...|s3cret|...';
    const { error } = refusal(400, { status: 'Failure', reason: 'BadRequest', message });
    expect(error.message).not.toContain('s3cret');
    expect(error.message).toContain('illegal base64 data at input byte 2');
  });

  test.each([
    ['a text', 'container not found ("helper")\n', 'container not found ("helper")'],
    ['a page', '<html>\n <b>Bad   Gateway</b>\n</html>', '<html> <b>Bad Gateway</b> </html>'],
    ['nothing', '', 'refused without a message'],
    ['a Status without words', { status: 'Failure' }, 'refused without a message'],
    ['other JSON', '{"error":"x"}', '{"error":"x"}'],
  ])('repeats %s', (_, body, expected) => {
    expect(refusal(500, body).error.message).toBe(`${what}: ${expected} (HTTP 500)`);
  });

  test('cuts a long page short', () => {
    expect(refusal(502, 'x'.repeat(60_000)).error.message.length).toBeLessThan(400);
  });

  test.each([
    ['the header', { 'retry-after': '2' }, {}, 2000],
    ['the Status', {}, { details: { retryAfterSeconds: 3 } }, 3000],
    ['the header, though a date is not understood', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, {}, undefined],
    ['neither', {}, {}, undefined],
    ['a header that asks for an hour', { 'retry-after': '3600' }, {}, 30_000],
  ])('takes the pause from %s', (_, headers, body, expected) => {
    expect(refusal(429, { status: 'Failure', ...body }, headers).retryAfter).toBe(expected);
  });
});
