import { describe, expect, it } from 'vitest';
import { parseRemoteUrl } from './remote-url.ts';

describe('parseRemoteUrl', () => {
  it.each<[string, ReturnType<typeof parseRemoteUrl>]>([
    [
      'https://gitlab.example.com/group/sub/project.git',
      { kind: 'http', serverUrl: 'https://gitlab.example.com', projectPath: 'group/sub/project' },
    ],
    [
      'http://user:p%40ss@localhost:8080/g/p',
      { kind: 'http', serverUrl: 'http://localhost:8080', projectPath: 'g/p', token: 'p@ss' },
    ],
    ['git@host.com:group/project.git', { kind: 'ssh', serverUrl: 'https://host.com', projectPath: 'group/project' }],
    ['ssh://git@host:2222/g/p.git', { kind: 'ssh', serverUrl: 'https://host', projectPath: 'g/p' }],
    ['file:///srv/git/p.git', { kind: 'other', serverUrl: 'http://localhost', projectPath: 'srv/git/p' }],
    ['https://host/%zz.git', { kind: 'http', serverUrl: 'https://host', projectPath: '%zz' }],
    ['/srv/git/p.git', undefined],
    ['../p', undefined],
    ['', undefined],
  ])('takes %j apart', (url, parts) => {
    expect(parseRemoteUrl(url)).toEqual(parts);
  });
});
