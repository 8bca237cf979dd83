import { expect, test } from 'vitest';
import { pullImage } from './image-pull.ts';

/** Pulls an image whose pull ends like this, time after time; gives up after the last. */
async function pull(container: object, ...answers: (string | undefined)[]): Promise<string[]> {
  const told: string[] = [];
  const controller = new AbortController();
  await pullImage({ name: 'c', image: 'alpine', ...container }, () => answers.shift(), {
    signal: controller.signal,
    pause: async (milliseconds) => {
      told.push(`${milliseconds / 1000} s`);
      if (answers.length === 0) controller.abort();
    },
    waiting: (reason, message) => {
      told.push(`${reason}: ${message}`);
      if (reason === 'InvalidImageName') setImmediate(() => controller.abort());
    },
    event: (type, reason, message) => told.push(`${type} ${reason} ${message}`),
  });
  return told;
}

const pulled = 'Normal Pulled Container image "alpine" is a name only: the programs of this host are used';

test('says that an image is a name only', async () => {
  expect(await pull({}, undefined)).toEqual([pulled]);
});

test('tells of a failure as kubelet does, and tries again', async () => {
  expect(await pull({}, 'not found', undefined)).toEqual([
    'Normal Pulling Pulling image "alpine"',
    'Warning Failed Failed to pull image "alpine": not found',
    'Warning Failed Error: ErrImagePull',
    'ErrImagePull: not found',
    'Normal BackOff Back-off pulling image "alpine"',
    'Warning Failed Error: ImagePullBackOff',
    'ImagePullBackOff: Back-off pulling image "alpine"',
    '10 s',
    pulled,
  ]);
});

test('waits longer each time, up to five minutes', async () => {
  const told = await pull({}, ...Array.from({ length: 8 }, () => 'not found'));
  expect(told.filter((text) => text.endsWith(' s'))).toEqual([10, 20, 40, 80, 160, 300, 300, 300].map((s) => `${s} s`));
});

test('does not pull what must be there already', async () => {
  const message = 'Container image "alpine" is not present with pull policy of Never';
  expect(await pull({ imagePullPolicy: 'Never' }, 'not found')).toEqual([
    `Warning ErrImageNeverPull ${message}`,
    'Warning Failed Error: ErrImageNeverPull',
    `ErrImageNeverPull: ${message}`,
    '10 s',
  ]);
});

test('stops at a malformed name', async () => {
  const told = await pull({ image: 'A' });
  expect(told.slice(0, 2).map((text) => text.split(':')[0])).toEqual([
    'Warning InspectFailed Failed to apply default image tag "A"',
    'Warning Failed Error',
  ]);
  expect(told[2]).toMatch(/^InvalidImageName: .* must be lowercase$/);
});
