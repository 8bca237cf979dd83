import type { Strategy } from '@podwright/core';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { embeddedCluster, namespacesDenied as denied } from '../support/embedded.ts';
import type { TestEnvironment } from '../support/environment.ts';
import { nothingLeft } from '../support/nothing-left.ts';
import { lifecycleSuite } from '../suites/lifecycle.ts';

describe.skipIf(denied)(`on the embedded cluster, in namespaces${denied ? ' (skipped: denied here)' : ''}`, () => {
  withEnvironment('namespaces');
});

describe('on the embedded cluster, as plain processes', () => {
  withEnvironment('processes');
});

describe('on the embedded cluster, with the exec strategy', () => {
  withEnvironment(denied ? 'processes' : 'namespaces', 'exec');
});

function withEnvironment(mode: 'namespaces' | 'processes', strategy?: Strategy): void {
  let environment: TestEnvironment;
  beforeAll(async () => {
    environment = await embeddedCluster(mode);
  });
  afterAll(() => environment.close());
  afterEach(() => nothingLeft(environment));
  lifecycleSuite(() => environment, mode === 'namespaces', strategy);
}
