import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { duration, integer, list, text, toggle, unused } from './flags.ts';
import { parseFlags } from './parse-flags.ts';

const flags = {
  path: list(),
  name: text('artifacts'),
  level: text('', 'LEVEL'),
  id: integer(0, 'CI_JOB_ID'),
  untracked: toggle(),
  direct: toggle('FF_DIRECT'),
  timeout: duration(1000),
  meter: unused,
};
const parse = (argv: readonly string[], env: Record<string, string> = {}) => parseFlags(flags, argv, env);

describe('values', () => {
  it.each([
    ['nothing', [], {}, { path: [], name: 'artifacts', id: 0, untracked: false, timeout: 1000 }],
    ['two forms', ['--path', 'a', '--path=b'], {}, { path: ['a', 'b'] }],
    ['one dash', ['-name', 'x'], {}, { name: 'x' }],
    ['a value that looks like a flag', ['--path', '--name', '--name', '-x'], {}, { path: ['--name'], name: '-x' }],
    ['an empty value', ['--name', '', '--level='], { LEVEL: 'fast' }, { name: '', level: '' }],
    ['a value with = and a line break', ['--name=a=b\nc'], {}, { name: 'a=b\nc' }],
    ['a switch', ['--untracked'], {}, { untracked: true }],
    ['a switch that is off', ['--untracked=false'], {}, { untracked: false }],
    ['the last one', ['--name', 'a', '--name', 'b'], {}, { name: 'b' }],
    ['a variable', [], { CI_JOB_ID: '7', LEVEL: 'slow' }, { id: 7, level: 'slow' }],
    ['an empty variable', [], { CI_JOB_ID: '' }, { id: 0 }],
    ['the flag before the variable', ['--id', '8'], { CI_JOB_ID: 'x' }, { id: 8 }],
    ['a feature flag that is nonsense', [], { FF_DIRECT: 'maybe' }, { direct: false }],
    ['a flag without effect', ['--meter', '5s'], {}, { meter: undefined }],
  ] as const)('%s', (_name, argv, env, expected) => {
    expect(parse(argv, env).values).toMatchObject(expected);
  });
});

it('stops at the first argument that is no flag, or at --', () => {
  expect(parse(['--id', '1', 'rest', '--name', 'x']).rest).toEqual(['rest', '--name', 'x']);
  expect(parse(['--', '--name']).rest).toEqual(['--name']);
  expect(parse(['-']).rest).toEqual(['-']);
});

describe('refuses, without showing the value', () => {
  it.each([
    ['an unknown flag', ['--nope', 'secret'], {}, '--nope'],
    ['a name of all objects', ['--constructor'], {}, '--constructor'],
    ['a flag without its value', ['--id'], {}, '--id needs a value'],
    ['what is no number', ['--id', 'secret'], {}, '--id must be a whole number'],
    ['what is no duration', ['--timeout', 'secret'], {}, '--timeout must be a duration'],
    ['what is no boolean', ['--untracked=secret'], {}, '--untracked must be'],
    ['a variable that is no number', [], { CI_JOB_ID: 'secret' }, 'the variable CI_JOB_ID must be a whole number'],
  ])('%s', (_name, argv, env, message) => {
    const failing = () => parse(argv, env);
    expect(failing).toThrow(UsageError);
    expect(failing).toThrow(message);
    expect(failing).not.toThrow(/secret/);
  });
});
