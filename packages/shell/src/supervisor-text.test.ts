import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { supervisor } from './supervisor-text.ts';

it('has the parts of the supervisor as they are (else: npm run generate)', () => {
  const folder = new URL('supervisor/', import.meta.url);
  const parts = readdirSync(folder).toSorted();
  expect(supervisor).toBe(parts.map((part) => readFileSync(new URL(part, folder), 'utf8')).join('\n'));
});
