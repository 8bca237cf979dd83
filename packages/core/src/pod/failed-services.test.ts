import { expect, it } from 'vitest';
import { failedServices } from './failed-services.ts';

const said = (name: string, terminated?: Record<string, unknown>) =>
  failedServices({
    status: {
      containerStatuses: [
        { name, image: 'redis:6', imageID: '', ready: false, restartCount: 0, state: terminated ? { terminated } : {} },
      ],
    },
  } as never);

it.each([
  ['one that runs', 'svc-0', undefined, []],
  ['one that has done its work', 'svc-0', { exitCode: 0 }, []],
  ['the build container', 'build', { exitCode: 3 }, []],
  [
    'one that crashed',
    'svc-0',
    { exitCode: 3, reason: 'Error', message: 'no config\n' },
    ['Container svc-0 (image redis:6) ended while the job ran: exit code 3: no config'],
  ],
  [
    'one that ran out of memory',
    'svc-0',
    { exitCode: 137, reason: 'OOMKilled' },
    [
      'Container svc-0 (image redis:6) ended while the job ran: it needed more memory than its limit allows (OOMKilled)',
    ],
  ],
])('says of %s', (_, name, terminated, lines) => {
  expect(said(name, terminated)).toEqual(lines);
});

it('has nothing to say about a Pod that is gone', () => {
  expect(failedServices(undefined)).toEqual([]);
});
