import { ConfigError } from '@podwright/core';
import { expect, test } from 'vitest';
import { apiUrl } from './api-url.ts';

test.each([
  ['https://gitlab.example.com', 'https://gitlab.example.com/api/v4'],
  ['https://gitlab.example.com/', 'https://gitlab.example.com/api/v4'],
  ['https://gitlab.example.com/ci', 'https://gitlab.example.com/api/v4'],
  ['http://example.com:8080/gitlab/ci/', 'http://example.com:8080/gitlab/api/v4'],
  ['https://user:pass@gitlab.example.com/?token=x', 'https://gitlab.example.com/api/v4'],
])('%s', (url, expected) => {
  expect(apiUrl(url).href).toBe(expected);
});

test.each(['', 'gitlab.example.com', 'ftp://gitlab.example.com'])('refuses %j', (url) => {
  expect(() => apiUrl(url)).toThrow(ConfigError);
});
