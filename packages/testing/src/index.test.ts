import { expect, it } from 'vitest';
import * as surface from './index.ts';

it('exports what is public, and nothing else', () => {
  expect(Object.keys(surface).toSorted()).toEqual([
    'FakeCluster',
    'buildPod',
    'collectingLog',
    'describePlugin',
    'fakeJob',
    'fakeLogger',
    'pluginOptions',
    'prepareJob',
    'updateFlags',
    'updateOptions',
    'updateReadme',
    'updateTable',
  ]);
});
