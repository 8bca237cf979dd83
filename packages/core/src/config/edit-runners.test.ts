import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { addRunner, removeRunners, runnersOf } from './edit-runners.ts';
import { parseToml } from './parse-toml.ts';
import type { TomlTable } from './write-toml.ts';

const file = `# of the operations team
concurrent = 4 # jobs

# the first one
[[runners]]
  name = "one"
  # limit = 3

  # how its jobs run
  [runners.kubernetes]
    image = """
# no comment
[[runners]]
# none"""
# of the last key

# stands alone

# the server
[session_server]
  session_timeout = 1800

# more of the first one
[runners.kubernetes.pod_labels]
  a = "b"

    # indented deeper: of the table above
[[runners]] # the second one
  name = "two"
`;

const withoutFirst = `# of the operations team
concurrent = 4 # jobs

# stands alone

# the server
[session_server]
  session_timeout = 1800

    # indented deeper: of the table above
[[runners]] # the second one
  name = "two"
`;

const named = (name: string) => (runner: TomlTable) => runner['name'] === name;

describe('removing a runner', () => {
  test.each([
    ['takes all of its places and its own comments', file, 'one', withoutFirst],
    ['leaves the comment that is not its own', withoutFirst, 'two', withoutFirst.replace(/\[\[runners[^]*$/, '')],
    ['takes nothing when there is none', file, 'three', file],
    ['leaves neighbours', '[[runners]]\nname = "a"\n[[runners]]\nname = "b"', 'a', '[[runners]]\nname = "b"'],
    [
      'keeps line ends, and takes the empty line above at the end',
      'a = 1\r\n\r\n# x\r\n[[runners]]\r\nname = "a"\r\n',
      'a',
      'a = 1\r\n',
    ],
    ['leaves an empty file', '[[runners]]\nname = "a"', 'a', ''],
    ['keeps a comment at the end', '[[runners]]\nname = "a"\n\n# end\n', 'a', '# end\n'],
    [
      'takes the comment above for that of the next one',
      '[[runners]]\nname="a"\n# b\n[[runners]]\nname="b"',
      'a',
      '# b\n[[runners]]\nname="b"',
    ],
    ['knows the header in any spelling', '[[ "runners" ]]\nname="a"\n[ runners . kubernetes ]\nimage="x"\n', 'a', ''],
  ])('%s', (_, text, name, expected) => {
    expect(removeRunners(text, 'f', named(name))).toBe(expected);
  });

  test.each(['runners = [{ name = "a" }]', '[runners]', 'runners = 1', 'runners = ['])('is refused in %s', (text) => {
    expect(() => removeRunners(text, 'f', named('a'))).toThrow(/^f: 1 problem/);
  });
});

describe('adding a runner', () => {
  test.each([
    ['to an empty file', '', ''],
    ['after an empty line', 'a = 1\n', 'a = 1\n\n'],
    ['after the end of the last line', 'a = 1', 'a = 1\n\n'],
    ['with the line ends of the file', 'a = 1\r\nb = 2', 'a = 1\r\nb = 2\r\n\r\n'],
  ])('%s', (_, text, before) => {
    const lineEnd = text.includes('\r') ? '\r\n' : '\n';
    expect(addRunner(text, 'f', { name: 'a' })).toBe(`${before}[[runners]]${lineEnd}  name = "a"${lineEnd}`);
  });

  it('writes all that a file may have', () => {
    const runner = {
      name: 'tab\t"quote" \\ \u007F é',
      limit: 2,
      unset: undefined,
      environment: ['A=1', 'B=\n'],
      token_expires_at: new Date('2027-01-02T03:04:05Z'),
      kubernetes: {
        privileged: false,
        node_tolerations: { 'a.b/c=d': 'NoSchedule' },
        volumes: { pvc: [{ name: 'x', mount_path: '/x' }, { name: 'y' }] },
        mixed: [{ a: 1 }, 2],
        float: [1.5, Infinity, -0, NaN],
        none: {},
      },
    };
    expect(addRunner('', 'f', runner)).toBe(String.raw`[[runners]]
  name = "tab\t\"quote\" \\ \u007F é"
  limit = 2
  environment = ["A=1", "B=\n"]
  token_expires_at = 2027-01-02T03:04:05Z

  [runners.kubernetes]
    privileged = false
    mixed = [{ a = 1 }, 2]
    float = [1.5, inf, -0.0, nan]

    [runners.kubernetes.node_tolerations]
      "a.b/c=d" = "NoSchedule"

    [runners.kubernetes.volumes]

      [[runners.kubernetes.volumes.pvc]]
        name = "x"
        mount_path = "/x"

      [[runners.kubernetes.volumes.pvc]]
        name = "y"

    [runners.kubernetes.none]
`);
  });

  test.each([
    ['a value that TOML does not know', '', { name: null }, TypeError],
    ['half a character', '', { name: '\uD800' }, /nothing was written/],
    ['an inline list', 'runners = []', { name: 'a' }, /write each of them as a \[\[runners\]\]/],
  ])('refuses %s', (_, text, runner, error) => {
    expect(() => addRunner(text, 'f', runner)).toThrow(error);
  });
});

/** Pieces of files in which much looks like a comment or a header and is none. */
const lineEnds = fc.constantFrom('\n', '\r\n');
const comment = fc.constantFrom('# a comment', '  # indented', '#', '# [[runners]]', '# """ \' "', "# '''");
const noise = fc.oneof(comment, fc.constantFrom('', '  ', '\t'));
const odd = fc.constantFrom(
  '"plain # no comment [[runners]]"',
  "'''\n# none'''",
  '"""\n[[runners]]\n\n# none"""',
  '"""\\"""\n# x\n""""',
  "''''a\n# b'''''",
  '[ # comment\n  "a", # more\n\n  # [[runners]]\n]',
  '{ a = "#", "b c" = [1, 2] }',
  '[["#"], ["[[runners]]"]]',
  '1979-05-27T07:32:00Z',
  '"\\"" # end',
);
const entry = fc.tuple(fc.constantFrom('', '  '), odd).map(([margin, value]) => ({ margin, value }));
const table = (...headers: readonly string[]) =>
  fc.record({ header: fc.constantFrom(...headers), above: fc.array(noise), entries: fc.array(fc.oneof(entry, noise)) });
const runnerTables = table('[[runners]]', '  [[runners]] # a', '[["runners"]]', '[[ runners ]]');
const otherTables = table(
  '[t]',
  '[[list]]',
  ' [runners.kubernetes]',
  '[[runners.volumes.pvc]]',
  '["runners".x]',
  '[a.b]',
);

interface Piece {
  readonly header: string;
  readonly above: readonly string[];
  readonly entries: readonly (string | { readonly margin: string; readonly value: string })[];
}

/** Names are made unique, so that every piece is valid. */
function write(pieces: readonly Piece[], lineEnd: string, isEnded: boolean): string {
  let count = 0;
  let runners = 0;
  const lines = pieces.flatMap(({ header, above, entries }) => {
    const isRunner = /^\s*\[\[\s*"?runners"?\s*\]\]/.test(header);
    if (isRunner) runners += 1;
    const own = isRunner ? [`name = "runner ${runners - 1}"`] : [];
    if (!isRunner && header.includes('runners') && runners === 0) return above;
    count += 1;
    const unique = header.replace(/(\w+)("?)(\s*\]+)/, isRunner ? '$&' : `$1-${count}$2$3`);
    const body = entries.map((one) => (typeof one === 'string' ? one : `${one.margin}k${(count += 1)} = ${one.value}`));
    return [...above, unique, ...own, ...body];
  });
  return lines.join('\n').replaceAll('\n', lineEnd) + (isEnded ? lineEnd : '');
}

const files = fc
  .tuple(fc.array(fc.oneof(runnerTables, otherTables), { maxLength: 8 }), lineEnds, fc.boolean())
  .map(([pieces, lineEnd, isEnded]) => write(pieces, lineEnd, isEnded));

const meaning = (text: string): unknown => JSON.parse(JSON.stringify(parseToml(text, 'f').table));

describe('any file', () => {
  it('loses exactly one runner, and no line of the others', () => {
    fc.assert(
      fc.property(files, fc.nat(), (text, choice) => {
        const runners = runnersOf(text, 'f');
        if (runners.length === 0) return;
        const gone = runners[choice % runners.length];
        const after = removeRunners(text, 'f', (runner) => runner['name'] === gone?.['name']);
        const { runners: list, ...others } = meaning(text) as { runners: TomlTable[] };
        const rest = list.filter(({ name }) => name !== gone?.['name']);
        expect({ runners: [], ...(meaning(after) as object) }).toEqual({ ...others, runners: rest });
        expect(isLeftOf(after.split('\n'), text.split('\n'))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same again when a runner was added and removed', () => {
    fc.assert(
      fc.property(files, fc.string(), fc.dictionary(fc.string(), fc.string()), (text, value, labels) => {
        const runner = { name: 'new', value, kubernetes: { pod_labels: labels } };
        const added = addRunner(text, 'f', runner);
        expect(added.startsWith(text)).toBe(true);
        const isEnded = text === '' || text.endsWith('\n');
        const end = isEnded ? '' : added.slice(text.length, added.indexOf('\n', text.length) + 1);
        expect(removeRunners(added, 'f', named('new'))).toBe(text + end);
      }),
      { numRuns: 60 },
    );
  });
});

/** Whether the lines are among the others, in the same order. */
function isLeftOf(lines: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const line of lines) {
    at = all.indexOf(line, at) + 1;
    if (at === 0 && line !== '') return false;
  }
  return true;
}
