import { expect, it } from 'vitest';
import { Places } from './locate.ts';
import parser from 'toml/lib/parser.js';

const text = `concurrent = 4
[[runners]]
  name = "one"
[[runners]]
  name = "two"
  environment = [
    "A=1",
    "B",
  ]
  [runners.kubernetes]
    a.b = 1
    inline = { x = 1, list = [{ y = 2 }] }
    [[runners.kubernetes.volumes.pvc]]
      name = "first"
    [[runners.kubernetes.volumes.pvc]]
      name = "second"
    [runners.kubernetes.node_tolerations]
      "a.key=value" = "NoSchedule"
`;

it.each([
  ['concurrent', 1],
  ['runners', 2],
  ['runners[0].name', 3],
  ['runners[1]', 4],
  ['runners[1].name', 5],
  ['runners[1].environment[1]', 8],
  ['runners[1].kubernetes', 10],
  ['runners[1].kubernetes.missing', 10],
  ['runners[1].kubernetes.a.b', 11],
  ['runners[1].kubernetes.inline.list[0].y', 12],
  ['runners[1].kubernetes.volumes', 13],
  ['runners[1].kubernetes.volumes.pvc[0].name', 14],
  ['runners[1].kubernetes.volumes.pvc[1].name', 16],
  ['runners[1].kubernetes.volumes.pvc[1].mount_path', 15],
  ['runners[1].kubernetes.node_tolerations."a.key=value"', 18],
  ['nowhere', undefined],
])('finds %s in line %s', (path, line) => {
  expect(new Places(text, parser.parse(text)).lineOf(path)).toBe(line);
});
