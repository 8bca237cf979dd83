import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as errors from './errors.ts';
import { failureReasons } from './failure.ts';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

describe('docs/errors.md', () => {
  it('has every error code, and no other', () => {
    const files = ['errors.ts', '../../cache/src/cache-store-error.ts', '../../gitlab/src/errors.ts'];
    const source = files.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('');
    const codes = [...source.matchAll(/readonly code = '(\w+)'/g)].map((match) => match[1]);
    const documented = [...page.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map((match) => match[1]);
    expect(codes.length).toBeGreaterThan(5);
    expect(documented).toEqual(codes);
  });

  it('has no failure reason that is not one', () => {
    const documented = [...page.matchAll(/^\| `([a-z_]+)` +\|/gm)].map((match) => match[1]);
    expect(failureReasons).toEqual(expect.arrayContaining(documented));
  });
});

describe('ConfigError', () => {
  it('lists every problem on a line of its own', () => {
    const error = new errors.ConfigError('config.toml', [
      { path: 'a.b', message: 'must be a number', kind: 'invalid' },
      { path: 'c', message: 'unknown key', kind: 'unknown_key', plugin: 'network' },
    ]);
    expect(error.message).toBe('config.toml: 2 problems\n  a.b: must be a number\n  c: unknown key (plugin network)');
  });
});
