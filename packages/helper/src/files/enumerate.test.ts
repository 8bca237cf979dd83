import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeIo, project, type Tree } from '../test-kit/project.ts';
import { enumerateFiles, type Selection } from './enumerate.ts';

const tree: Tree = {
  'a/b/one.txt': '1',
  'a/b/two.o': '2',
  'a/.hidden': '3',
  'top.txt': '4',
  'brackets[1].txt': '5',
  down: { to: 'a' },
  empty: null,
};

async function find(selection: Partial<Selection>, directory = project(tree), env: Record<string, string> = {}) {
  const { io, log, output } = fakeIo(directory, env);
  const files = await enumerateFiles({ path: [], exclude: [], untracked: false, ...selection }, io, log);
  return { files: [...files.keys()], log: output.stderr };
}

it.each([
  ['a file', ['top.txt'], ['top.txt']],
  ['a directory with all in it', ['a'], ['a', 'a/.hidden', 'a/b', 'a/b/one.txt', 'a/b/two.o']],
  ['a directory with a slash', ['empty/'], ['empty']],
  ['a pattern', ['a/*/*.txt'], ['a/b/one.txt']],
  ['any depth', ['**/*.txt'], ['a/b/one.txt', 'brackets[1].txt', 'top.txt']],
  ['alternatives', ['{top,nothing}.txt'], ['top.txt']],
  ['an escaped name', [String.raw`brackets\[1\].txt`], ['brackets[1].txt']],
  ['a symlink as such', ['down'], ['down']],
  ['through a symlink that is named', ['down/b/*.o'], ['down/b/two.o']],
  [
    'a directory that a pattern matches, with all in it',
    ['[a]*'],
    ['a', 'a/.hidden', 'a/b', 'a/b/one.txt', 'a/b/two.o'],
  ],
  ['twice the same', ['top.txt', './top.txt', '*.txt'], ['brackets[1].txt', 'top.txt']],
  ['a variable', ['$DIR/b/*.o'], ['a/b/two.o']],
])('finds %s', async (_name, path, expected) => {
  expect((await find({ path }, undefined, { DIR: 'a' })).files).toEqual(expected);
});

it('finds everything with .', async () => {
  const { files, log } = await find({ path: ['.'] });
  expect(files).toHaveLength(9);
  expect(log).toContain('.: found 9 matching files and directories');
});

it('takes absolute paths below the project', async () => {
  const directory = project(tree);
  expect((await find({ path: [join(directory, '*.txt')] }, directory)).files).toEqual(['brackets[1].txt', 'top.txt']);
});

it.each([
  ['../other', 'not below the project directory'],
  ['/etc/passwd', 'not below the project directory'],
  ['a/../../x', 'not below the project directory'],
  ['*/../../x', 'not below the project directory'],
  ['nothing.*', 'no matching files'],
  ['a[', 'no valid pattern'],
  ['', 'an empty path'],
  ['$(date)', 'taken as it is'],
])('says why it takes nothing for %j', async (path, why) => {
  const { files, log } = await find({ path: [path] });
  expect(files).toEqual([]);
  expect(log).toContain(why);
});

it('leaves out what is excluded, and says how much', async () => {
  const { files, log } = await find({ path: ['a'], exclude: ['**/*.o', 'a/b/one.txt', '../x'] });
  expect(files).toEqual(['a', 'a/.hidden', 'a/b']);
  expect(log).toContain('**/*.o: excluded 1 files');
  expect(log).toContain('../x: excludes nothing');
});

it('adds what git does not track, ignored files included', async () => {
  const directory = project({ tracked: '1', new: '2', 'd/ü\n"': '3', 'x.log': '4', '.gitignore': '*.log\n' });
  const git = (...args: string[]) => execFileSync('git', ['-C', directory, ...args], { stdio: 'ignore' });
  git('init', '-q');
  git('add', 'tracked', '.gitignore');
  const { files, log } = await find({ untracked: true, exclude: ['new'] }, directory);
  expect(files).toEqual(['d/ü\n"', 'x.log']);
  expect(log).toContain('untracked: found 2 files');
});

it('goes on without what git cannot tell', async () => {
  const { files, log } = await find({ path: ['top.txt'], untracked: true }, undefined, { GIT_DIR: '/nonexistent' });
  expect(files).toEqual(['top.txt']);
  expect(log).toContain('WARNING: untracked: git ls-files: exit status 128');
});
