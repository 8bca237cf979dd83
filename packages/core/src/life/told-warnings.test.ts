import { describe, expect, it } from 'vitest';
import { ToldWarnings } from './told-warnings.ts';

function telling() {
  const lines: string[] = [];
  const trace = {
    plain: (text: string) => void lines.push(text),
    warn: (text: string) => void lines.push(`! ${text}`),
  };
  return { lines, told: new ToldWarnings(trace, { namespace: 'ci', name: 'p' }) };
}

const full = { reason: 'FailedScheduling', message: 'no cpu', count: 1 };
const mount = { reason: 'FailedMount', message: 'no volume', count: 1 };

describe('warnings of a Pod', () => {
  it('are told once each, in whichever way they come', () => {
    const { lines, told } = telling();
    told.waiting('no cpu');
    told.early(full);
    told.early(mount);
    told.early({ ...mount, count: 2 });
    told.waiting('no volume');
    told.waiting('container build: ContainerCreating');
    told.late(full);
    told.late({ ...mount, message: 'no other volume' });
    expect(lines).toEqual([
      'Waiting for pod ci/p: no cpu',
      '! Event of pod p: FailedMount: no volume',
      'Waiting for pod ci/p: container build: ContainerCreating',
      '! Event of pod p: FailedMount: no other volume',
    ]);
  });

  it('are few while the Pod waits', () => {
    const { lines, told } = telling();
    for (let i = 0; i < 100; i += 1) told.early({ ...full, message: `${i} of 100 nodes` });
    expect(lines).toHaveLength(10);
    told.late({ ...full, message: '50 of 100 nodes' });
    expect(lines).toHaveLength(11);
  });
});
