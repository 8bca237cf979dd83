import { describe, expect, it } from 'vitest';
import { HostPod, stage } from '../test/host-pod.ts';
import { shells } from '../test/shells.ts';

const helper = { container: 'helper' } as const;

describe('the supervisor', () => {
  const bash = shells.find((shell) => shell.name === 'bash');
  it.skipIf(bash === undefined)('lets a stage under bash have its SIGINT', async () => {
    await using pod = new HostPod({ shell: bash!, stages: [stage('a', 'sh -c "kill -INT \\$\\$"')] }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 130 });
  });

  const first = shells.find((shell) => shell.missing === undefined);
  it('kills a stage that does not end when asked to', async () => {
    await using pod = new HostPod({
      shell: first!,
      stages: [stage('a', "trap '' TERM; echo waiting; sleep 300; sleep 300", helper)],
    }).start('helper');
    await pod.printed('waiting\n');
    await pod.cancel();
    expect(await pod.finished()).toMatchObject({ exit_code: 137, stopped: 'canceled' });
  });
});
