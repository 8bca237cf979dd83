import { describe, expect, it } from 'vitest';
import { proxyFor } from './proxy-for.ts';

const env = { HTTPS_PROXY: 'http://secure:3128', HTTP_PROXY: 'plain:3128' };
const chosen = (url: string, more: Record<string, string> = {}) => proxyFor(new URL(url), { ...env, ...more })?.host;

describe('proxyFor', () => {
  it.each([
    ['https://gitlab.example.com', {}, 'secure:3128'],
    ['http://gitlab.example.com', {}, 'plain:3128'],
    ['https://gitlab.example.com', { HTTPS_PROXY: '' }, undefined],
    ['https://gitlab.example.com', { HTTPS_PROXY: '', https_proxy: 'https://small' }, 'small'],
    ['https://gitlab.example.com', { https_proxy: 'http://small' }, 'secure:3128'],
    ['http://localhost:3000', {}, undefined],
    ['http://127.1.2.3', {}, undefined],
    ['http://[::1]:3000', {}, undefined],
  ])('takes for %s with %j the proxy %s', (url, more, proxy) => {
    expect(chosen(url, more)).toBe(proxy);
  });

  it.each([
    ['*', 'https://gitlab.example.com', true],
    ['example.com', 'https://gitlab.example.com', true],
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://an-example.com', false],
    ['.example.com', 'https://gitlab.example.com', true],
    ['.example.com', 'https://example.com', false],
    ['*.Example.com', 'https://gitlab.EXAMPLE.com', true],
    ['x, gitlab.example.com:8443', 'https://gitlab.example.com:8443', true],
    ['gitlab.example.com:8443', 'https://gitlab.example.com', false],
    ['gitlab.example.com:443', 'https://gitlab.example.com', true],
    ['10.0.0.0/8', 'http://10.1.2.3', true],
    ['10.0.0.0/8', 'http://11.1.2.3', false],
    ['10.0.0.0/99,10.0.0.0/', 'http://10.1.2.3', false],
    ['10.1.2.3', 'http://10.1.2.3', true],
    ['fd00::/8', 'http://[fd00::1]:80', true],
    ['fd00::1', 'http://[fd00::1]', true],
    ['[fd00::1]:81', 'http://[fd00::1]', false],
    [' , ', 'https://gitlab.example.com', false],
  ])('with NO_PROXY %s goes to %s directly: %s', (list, url, isDirect) => {
    expect(chosen(url, { NO_PROXY: list }) === undefined).toBe(isDirect);
  });

  it.each(['http://user:s3cret@', 'socks5://s3cret:1', 's3cret proxy'])('refuses %s without showing it', (proxy) => {
    const choosing = () => chosen('https://gitlab.example.com', { HTTPS_PROXY: proxy });
    expect(choosing).toThrow(/HTTPS_PROXY.*is no URL of an HTTP proxy/s);
    expect(choosing).not.toThrow(/s3cret/);
  });
});
