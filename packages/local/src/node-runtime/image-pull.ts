import type { Container } from 'kubernetes-types/core/v1.js';
import { invalidImageReason } from './image-reference.ts';

/** Kubelet's pauses between tries to pull an image, in milliseconds: 10 s, doubled up to 5 minutes. */
const firstPause = 10_000;
const longestPause = 300_000;

/** How a pull is told of. */
export interface PullReporter {
  readonly signal: AbortSignal;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** The container waits, for this reason. */
  readonly waiting: (reason: string, message: string) => void;
  readonly event: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

/**
 * Goes through the motions of pulling a container's image: there is none, but its name must be valid, and tests can make
 * the pull fail. Resolves when the container may start, or the signal aborts; a malformed name waits for that.
 * @param failure why the pull of an image fails, asked on each try
 */
export async function pullImage(
  { image = '', imagePullPolicy }: Container,
  failure: (image: string) => string | undefined,
  { signal, pause, waiting, event }: PullReporter,
): Promise<void> {
  const invalid = invalidImageReason(image);
  if (invalid !== undefined) {
    event('Warning', 'InspectFailed', invalid);
    event('Warning', 'Failed', 'Error: InvalidImageName');
    waiting('InvalidImageName', invalid);
    return aborted(signal);
  }
  for (let wait = firstPause; !signal.aborted; wait = Math.min(2 * wait, longestPause)) {
    const why = failure(image);
    if (why === undefined) {
      event('Normal', 'Pulled', `Container image "${image}" is a name only: the programs of this host are used`);
      return;
    }
    if (imagePullPolicy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      event('Warning', 'ErrImageNeverPull', message);
      event('Warning', 'Failed', 'Error: ErrImageNeverPull');
      waiting('ErrImageNeverPull', message);
    } else {
      event('Normal', 'Pulling', `Pulling image "${image}"`);
      event('Warning', 'Failed', `Failed to pull image "${image}": ${why}`);
      event('Warning', 'Failed', 'Error: ErrImagePull');
      waiting('ErrImagePull', why);
      event('Normal', 'BackOff', `Back-off pulling image "${image}"`);
      event('Warning', 'Failed', 'Error: ImagePullBackOff');
      waiting('ImagePullBackOff', `Back-off pulling image "${image}"`);
    }
    await pause(wait);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
