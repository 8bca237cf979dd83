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
  it.each([
    ['writable for everybody', {}, '000'],
    ['as its own umask is', { FF_DISABLE_UMASK_FOR_KUBERNETES_EXECUTOR: true }, '027'],
  ])("makes the helper's files %s", async (_, feature_flags, umask) => {
    const stages = [stage('a', 'umask', helper)];
    await using pod = new HostPod({ shell: first!, stages, runner: { feature_flags } });
    expect(await pod.start('helper', ['sh', '-c', 'umask 027; exec "$@"', 'sh']).finished()).toMatchObject({
      exit_code: 0,
    });
    expect(pod.output.trim().slice(-3)).toBe(umask);
  });

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
