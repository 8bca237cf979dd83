import { describe, expect, it } from 'vitest';
import { Variables } from '../job/variables.ts';
import { featureFlag, helperFlags } from './feature-flag.ts';

const legacy = 'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY';
const direct = 'FF_USE_DIRECT_DOWNLOAD';
const times = 'FF_TIMESTAMPS';

function variables(entries: readonly (readonly [string, string])[]): Variables {
  return new Variables(entries.map(([key, value]) => ({ key, value })));
}

describe('a feature flag', () => {
  it.each([
    { said: 'nothing', is: false },
    { said: 'nothing, of one that is on by default', name: direct, is: true },
    { said: 'by the job', job: [[legacy, 'true']], is: true },
    { said: 'by the job twice', job: [[legacy, 'true'], [legacy, 'F']], is: false }, // prettier-ignore
    { said: 'by the job as an empty text', name: direct, job: [[direct, '']], is: false },
    { said: 'by the job as no boolean', name: direct, job: [[direct, 'yes']], is: false },
    { said: 'by the runner', runner: { [legacy]: true }, is: true },
    {
      said: 'nothing, to a GitLab for which it is off',
      name: times,
      job: [['CI_SERVER_VERSION_MAJOR', '17']],
      is: false,
    },
    {
      said: 'nothing, to a GitLab for which it is on',
      name: times,
      job: [['CI_SERVER_VERSION_MAJOR', '18']],
      is: true,
    },
    { said: 'by the job, to that GitLab', name: times, job: [['CI_SERVER_VERSION_MAJOR', '18'], [times, 'false']], is: false }, // prettier-ignore
    { said: 'by both', runner: { [legacy]: false }, job: [[legacy, '1']], is: false },
  ] as const)('said $said', ({ is, ...given }) => {
    const name = 'name' in given ? given.name : legacy;
    const runner = { feature_flags: 'runner' in given ? given.runner : {} };
    expect(featureFlag(name, runner, variables('job' in given ? given.job : []))).toBe(is);
  });
});

describe('the flags of the helper program', () => {
  it.each([
    ['nothing is said', {}, [], { [direct]: 'true' }],
    ['the job says it', {}, [[direct, 'false']], {}],
    ['the runner says it', { [direct]: false, FF_USE_FASTZIP: true }, [[direct, 'true']], { [direct]: 'false', FF_USE_FASTZIP: 'true' }], // prettier-ignore
    ['it is not one of them', { [legacy]: true }, [[direct, '1']], {}],
  ] as const)('are told where %s', (_, feature_flags, job, told) => {
    expect(Object.fromEntries(helperFlags({ feature_flags }, variables(job)))).toEqual(told);
  });
});
