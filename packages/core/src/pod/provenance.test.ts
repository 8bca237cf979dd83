import { describe, expect, it } from 'vitest';
import { PodFieldConflictError } from '../errors.ts';
import { freezeDeep } from '../freeze.ts';
import { Provenance } from './provenance.ts';

const a = { plugin: 'a', hook: 'h' };
const b = { plugin: 'b', hook: 'h' };

describe('Provenance', () => {
  it('attributes what is new to whoever came last', () => {
    const object: Record<string, unknown> = { x: 1 };
    const provenance = new Provenance();
    provenance.attribute(object, a, '');
    object['list'] = [{ name: 'n', y: 2 }, 'z'];
    provenance.attribute(object, b, '');
    expect(authors(provenance)).toEqual({ '.x': 'a', '.list[n].name': 'b', '.list[n].y': 'b', '.list[1]': 'b' });
  });

  it('follows the elements of keyed lists, wherever they stand', () => {
    const object = { env: [{ name: 'A', value: '1' }] };
    const provenance = new Provenance();
    provenance.attribute(object, a, '');
    object.env = [{ name: 'B', value: '2' }, ...object.env];
    provenance.attribute(object, b, '');
    expect(authors(provenance)).toMatchObject({ '.env[A].value': 'a', '.env[B].value': 'b' });
  });

  it.each([
    ['open', <T extends object>(list: T) => list],
    ['frozen', freezeDeep],
  ])('tells elements of an %s list with the same key apart', (_, made) => {
    const object = {
      tolerations: made([
        { key: 'team', value: 'blue' },
        { key: 'team', value: 'red' },
      ]),
    };
    const provenance = new Provenance();
    provenance.attribute(object, a, '');
    provenance.attribute(object, b, '');
    object.tolerations = [...object.tolerations, { key: 'team', value: 'green' }];
    provenance.attribute(object, b, '');
    expect(authors(provenance)).toEqual({
      '.tolerations[team].key': 'a',
      '.tolerations[team].value': 'a',
      '.tolerations[team#2].key': 'a',
      '.tolerations[team#2].value': 'a',
      '.tolerations[team#3].key': 'b',
      '.tolerations[team#3].value': 'b',
    });
  });

  it('keeps the author of what was frozen when it is replaced by a longer copy', () => {
    const object = { env: freezeDeep([{ name: 'A', value: '1' }]) as { name: string; value: string }[] };
    const provenance = new Provenance();
    provenance.attribute(object, a, '');
    expect(authors(provenance)).toEqual({ '.env[A].name': 'a', '.env[A].value': 'a' });
    object.env = [...object.env, { name: 'B', value: '2' }];
    provenance.attribute(object, b, '');
    expect(authors(provenance)).toEqual({
      '.env[A].name': 'a',
      '.env[A].value': 'a',
      '.env[B].name': 'b',
      '.env[B].value': 'b',
    });
  });

  it.each([
    ['a changed scalar', { x: 1 }, { x: 2 }, 'spec.x'],
    ['a scalar that became a table', { x: 1 }, { x: { y: 1 } }, 'spec.x'],
    ['a scalar that became a frozen table', { x: 1 }, { x: freezeDeep({ y: 1 }) }, 'spec.x'],
    ['a table that became a scalar', { x: { y: 1 } }, { x: 1 }, 'spec.x'],
    ['a removed field', { x: 1, y: 1 }, { y: 1 }, 'spec.x'],
    [
      'a changed element of a frozen list',
      { l: freezeDeep([{ name: 'n', v: 1 }]) },
      { l: [{ name: 'n', v: 2 }] },
      'spec.l[n].v',
    ],
  ])('refuses %s of somebody else', (_, before, after, path) => {
    const provenance = new Provenance();
    provenance.attribute(before, a, 'spec');
    expect(() => provenance.attribute(after, b, 'spec')).toThrow(PodFieldConflictError);
    expect(() => provenance.attribute(after, b, 'spec')).toThrow(path);
    expect(() => provenance.attribute(after, b, 'spec', true)).not.toThrow();
  });

  it('lets an author change what is its own', () => {
    const provenance = new Provenance();
    provenance.attribute({ x: 1 }, a, '');
    expect(() => provenance.attribute({ x: 2 }, a, '')).not.toThrow();
  });
});

function authors(provenance: Provenance): Record<string, string> {
  return Object.fromEntries([...provenance.entries('')].map(([path, author]) => [path, author.plugin]));
}
