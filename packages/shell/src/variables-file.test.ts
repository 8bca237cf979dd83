import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobRejectedError, defaultRunnerConfig, Variables } from '@podwright/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathsUnder } from '../test/request.ts';
import { shells } from '../test/shells.ts';
import { helperVariablesFile, variablesFile } from './variables-file.ts';

const paths = pathsUnder('');
const limit = 131_072;

describe.each(shells)('the variables, sourced by $name', ({ command: [program, ...args], missing }) => {
  it.skipIf(missing !== undefined)('have every byte of their value', () => {
    const folder = mkdtempSync(join(tmpdir(), 'podwright-shell-'));
    const text = fc
      .string({ unit: 'binary', maxLength: 200 })
      .filter((s) => !s.includes('\0') && Buffer.from(s).toString() === s);
    try {
      fc.assert(
        fc.property(fc.array(text, { minLength: 20, maxLength: 20 }), (values) => {
          const variables = new Variables(values.map((value, at) => ({ key: `V_${at}`, value })));
          writeFileSync(join(folder, 'variables'), variablesFile(variables, paths));
          const print = values.map((_, at) => `printf '%s\\n' "$V_${at}" | od -An -v -tx1; echo end`).join('\n');
          const out = execFileSync(program, [...args, '-c', `. ${folder}/variables\n${print}`], { encoding: 'utf8' });
          const read = out.split('end\n').slice(0, -1);
          expect(read.map((hex) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex').toString())).toEqual(
            values.map((value) => `${value}\n`),
          );
        }),
        { numRuns: 5 },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the variables', () => {
  it('are exported once each, with the last value', () => {
    const list = [
      { key: 'A', value: '1' },
      { key: 'B', value: "it's" },
      { key: 'A', value: '2' },
    ];
    expect(variablesFile(new Variables(list), paths)).toBe("export A='2'\nexport B='it'\\''s'\n");
  });

  it.each(['1A', 'a.b', 'MY-VAR', 'A B', 'A=B;x', 'UID', 'OPTIND'])(
    'leave out %j, which no shell can export',
    (key) => {
      expect(variablesFile(new Variables([{ key, value: 'x' }]), paths)).toBe('');
    },
  );

  it('give the path of a file variable, in the helper that of its own copy', () => {
    const list = [
      { key: 'KEY', value: 'secret', file: true },
      { key: 'REF', value: `${paths.tmpDir}/KEY` },
    ];
    const variables = new Variables(list);
    expect(variablesFile(variables, paths)).toBe(
      "export KEY='/builds/group/project.tmp/KEY'\nexport REF='/builds/group/project.tmp/KEY'\n",
    );
    expect(helperVariablesFile(variables, paths, defaultRunnerConfig([]))).toBe(
      "export KEY='/builds/group/project.tmp/.helper/KEY'\nexport REF='/builds/group/project.tmp/.helper/KEY'\nexport FF_USE_DIRECT_DOWNLOAD='true'\n",
    );
  });

  it('may be as long as Linux lets them be, and no longer', () => {
    const longest = { key: 'LONG', value: 'x'.repeat(limit - 'LONG='.length - 1) };
    expect(variablesFile(new Variables([longest]), paths)).toHaveLength(limit - 1 + "export ''\n".length);
    const longer = { key: 'LONG', value: `${longest.value}x` };
    expect(() => variablesFile(new Variables([longer]), paths)).toThrow(
      new JobRejectedError(
        'the variable LONG takes 131073 bytes, Linux passes at most 131072 to a program: make it a file variable',
      ),
    );
  });

  it('are refused all at once, without their values', () => {
    const list = [
      { key: 'NUL', value: 'secret\0' },
      { key: 'LONG', value: 'é'.repeat(limit) },
      { key: 'FILE', value: 'x'.repeat(921_601), file: true },
    ];
    const refused = () => variablesFile(new Variables(list), paths);
    expect(refused).toThrow(
      /^the variable NUL .*\nthe variable LONG takes 262150 bytes.*\nthe file variable FILE has 921601 bytes/,
    );
    expect(refused).not.toThrow(/secret/);
  });

  it('are refused when they do not fit a Secret together', () => {
    const list = Array.from({ length: 8 }, (_, at) => ({ key: `V${at}`, value: 'x'.repeat(130_000) }));
    expect(() => variablesFile(new Variables(list), paths)).toThrow(/take 1040104 bytes together, at most 921600/);
  });
});
