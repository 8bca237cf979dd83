import { describe, expect, it } from 'vitest';
import { hostNameOfImage, splitAliases } from './host-names.ts';

describe('hostNameOfImage', () => {
  it.each([
    ['mysql:5.7', 'mysql'],
    ['docker:dind', 'docker'],
    ['tutum/wordpress:latest', 'tutum-wordpress'],
    ['registry.example.com:5000/group/db:1', 'registry.example.com-group-db'],
    [`name@sha256:${'0'.repeat(64)}`, 'name'],
  ])('makes of %j %j', (image, expected) => {
    expect(hostNameOfImage(image)).toBe(expected);
  });

  it.each(['$CI_REGISTRY_IMAGE/db', 'my_db', 'Registry.example.com/db', 'a/'.repeat(127) + 'db', ''])(
    'makes nothing of %j',
    (image) => {
      expect(hostNameOfImage(image)).toBeUndefined();
    },
  );
});

describe('splitAliases', () => {
  it.each([
    ['', []],
    [' ,\t', []],
    ['db', ['db']],
    ['db,database', ['db', 'database']],
    ['  db , database\n\tdb.test,', ['db', 'database', 'db.test']],
  ])('finds in %j %j', (text, expected) => {
    expect(splitAliases(text)).toEqual(expected);
  });
});
