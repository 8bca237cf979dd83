import { describe, expect, test } from 'vitest';
import { refusalText, retryAfterOf, traceSizeOf, updateIntervalOf, type Answer } from './answer.ts';

function answer(headers: Answer['headers'], body = ''): Answer {
  return { status: 200, headers, body };
}

test.each<[Answer['headers'], number | undefined]>([
  [{}, undefined],
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 5_000],
  [{ 'ratelimit-resettime': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 5_000],
  [{ 'ratelimit-resettime': 'Wed, 21 Oct 2015 07:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
])('asked to wait by %j', (headers, expected) => {
  expect(retryAfterOf(answer(headers), Date.parse('2015-10-21T07:27:55Z'))).toBe(expected);
});

test.each([
  ['3', 3_000],
  ['60', 60_000],
  ['0', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['fast', undefined],
])('an update interval of %j', (text, expected) => {
  expect(updateIntervalOf(answer({ 'x-gitlab-trace-update-interval': text }))).toBe(expected);
});

test.each([
  ['0-10', 10],
  ['0-0', 0],
  ['1-10', undefined],
  ['10', undefined],
])('a range of %j', (text, expected) => {
  expect(traceSizeOf(answer({ range: text }))).toBe(expected);
});

describe('why GitLab said no', () => {
  test.each([
    ['{"message":"no such tag"}', 'no such tag'],
    ['{"message":{"tags_list":["is empty"]}}', '{"tags_list":["is empty"]}'],
    ['{"error":"scope"}', 'scope'],
    ['{"message":"token s3cret is bad"}', 'token [MASKED] is bad'],
    ['<html>s3cret</html>', ''],
    ['null', ''],
    ['', ''],
  ])('%s', (body, expected) => {
    expect(refusalText(answer({}, body), 's3cret')).toBe(expected);
  });

  test('a long text is cut', () => {
    expect(refusalText(answer({}, JSON.stringify({ message: 'x'.repeat(1_000) })), '')).toHaveLength(301);
  });
});
