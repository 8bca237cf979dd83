import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repositoryOf } from './repository-of.ts';

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('repositoryOf', () => {
  it.each([
    ['mysql', 'mysql'],
    ['mysql:5.7', 'mysql'],
    ['postgres:12-alpine', 'postgres'],
    ['group/db', 'group/db'],
    ['registry.example.com/svc1', 'registry.example.com/svc1'],
    ['registry.example.com:5000/group/db:1', 'registry.example.com/group/db'],
    ['localhost:5000/db', 'localhost/db'],
    ['localhost:5000', 'localhost'],
    ['127.0.0.1:5000/podwright-busybox:1', '127.0.0.1/podwright-busybox'],
    ['Registry.Example.COM/db', 'Registry.Example.COM/db'],
    ['a__b/c_d/e---f/g.h:_tag.1-2', 'a__b/c_d/e---f/g.h'],
    [`name@${sha256}`, 'name'],
    [`registry:5000/name:tag@${sha256}`, 'registry/name'],
    [`name@sha256+b64u.a_b-c:${'f'.repeat(32)}`, 'name'],
  ])('reads of %j %j', (reference, expected) => {
    expect(repositoryOf(reference)).toBe(expected);
  });

  it.each([
    '',
    '/',
    ':tag',
    'Name',
    'group/Name',
    'my name',
    'name ',
    'name\n',
    '$CI_REGISTRY_IMAGE/db',
    '-name',
    'name-',
    'a..b',
    'a___b',
    'a_-b',
    'a//b',
    'name/',
    '/name',
    'http://registry/name',
    'registry:port/name',
    'registry:/name',
    'group_a:5000/name',
    '-registry-:5000/name',
    'registry..com:5000/name',
    'name:',
    'name:-tag',
    'name:a:b',
    `name:${'t'.repeat(129)}`,
    'name@',
    'name@sha256',
    'name@sha256:abc',
    `name@${sha256}@${sha256}`,
    `name@1:${'f'.repeat(32)}`,
    'imagé',
  ])('says that %j is no reference', (text) => {
    expect(repositoryOf(text)).toBeUndefined();
  });

  it('agrees with the grammar written as one pattern', () => {
    const component = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
    const domain = '[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*(?:[.][a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*)*(?::[0-9]+)?';
    const grammar = new RegExp(
      `^((?:${domain}/)?${component}(?:/${component})*)(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$`,
    );
    const part = fc.string({ unit: fc.constantFrom('a', 'B', '1', '.', '_', '-', '/', ':'), maxLength: 12 });
    const text = fc.oneof(
      part,
      fc.tuple(part, fc.constantFrom('', `@${sha256}`, '@a:b')).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (reference) => {
        const [, name] = grammar.exec(reference) ?? [];
        expect(repositoryOf(reference)).toBe(name?.replace(/:[0-9]+(?=\/|$)/, ''));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['letters', 'a', '!'],
    ['dashes', 'a', '-'],
    ['dots', 'a.', '!'],
    ['components', 'a-b_c.d/', '!'],
    ['double underscores', 'a__', '!'],
    ['colons', ':', ''],
    ['slashes', '/', ''],
    ['digests', '@a:', ''],
    ['domain parts', 'A-.', ':1/a'],
    ['algorithm parts', 'a.', '+@a+a.a:'],
  ])('takes linear time for many %s', (_, unit, end) => {
    const count = 50_000;
    expect(repositoryOf(unit.repeat(count) + end)).toBeUndefined();
    expect(repositoryOf(`a@${unit.repeat(count)}${end}`)).toBeUndefined();
    expect(repositoryOf(`a:${unit.repeat(count)}${end}`)).toBeUndefined();
    expect(repositoryOf(`a/${unit.repeat(count)}!${end}`)).toBeUndefined();
  });
});
