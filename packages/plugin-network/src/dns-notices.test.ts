import { describe, expect, it } from 'vitest';
import { searchNotices } from './dns-notices.ts';

describe('searchNotices', () => {
  it.each([
    ['no domains', []],
    ['as many as every cluster takes', ['a', 'b', 'c', 'd', 'e', 'f.']],
    ['as long as every cluster takes', ['a'.repeat(100), 'b'.repeat(100), 'c'.repeat(54)]],
  ])('says nothing of %s', (_, searches) => {
    expect(notices(searches)).toEqual([]);
  });

  it.each([
    ['many domains', ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
    ['long domains', ['a'.repeat(100), 'b'.repeat(100), 'c'.repeat(55)]],
  ])('says that old clusters refuse %s', (_, searches) => {
    expect(notices(searches)).toEqual([
      {
        path: 'dns_config.searches',
        message: 'more than 6 domains, or 256 characters, are refused by clusters before Kubernetes 1.26',
      },
    ]);
  });

  it('points to domains that old clusters refuse', () => {
    expect(notices(['a', '_tcp.a', '.'])).toEqual([
      { path: 'dns_config.searches[1]', message: '"_tcp.a" is refused by clusters before Kubernetes 1.33' },
      { path: 'dns_config.searches[2]', message: '"." is refused by clusters before Kubernetes 1.33' },
    ]);
  });
});

function notices(searches: readonly string[]) {
  return searchNotices({ nameservers: [], searches, options: [] });
}
