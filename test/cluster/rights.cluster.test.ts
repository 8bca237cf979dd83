import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { run } from '../../packages/runner/src/run.ts';
import { TestIo } from '../../packages/runner/src/test-kit/test-io.ts';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import type { RealCluster } from '../support/real-cluster.ts';

const name = 'partial-runner';

/** A service account that may do this in its namespace. @returns its token */
async function accountWith(rules: object[], { api, namespace }: RealCluster, config: KubeConfig): Promise<string> {
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  await api.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  await rbac.createNamespacedRole({ namespace, body: { metadata: { name }, rules: rules as never } });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  await rbac.createNamespacedRoleBinding({ namespace, body: { metadata: { name }, roleRef, subjects } });
  const annotations = { 'kubernetes.io/service-account.name': name };
  const body = { metadata: { name: `${name}-token`, annotations }, type: 'kubernetes.io/service-account-token' };
  await api.createNamespacedSecret({ namespace, body });
  const token = async (): Promise<string> => {
    const secret = await api.readNamespacedSecret({ namespace, name: `${name}-token` });
    return Buffer.from(secret.data?.['token'] ?? '', 'base64').toString();
  };
  await expect.poll(token, { timeout: 20_000, interval: 100 }).not.toBe('');
  return token();
}

describeOnCluster('the rights of a runner', (environment) => {
  it('are looked at when it is put to work: all that are missing are one line', async () => {
    const config = new KubeConfig();
    config.loadFromFile(process.env['KUBECONFIG'] ?? '');
    const { server = '', caData = '' } = config.getCurrentCluster() ?? {};
    const rules = [
      { apiGroups: [''], resources: ['pods'], verbs: ['create', 'get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'get'] },
      { apiGroups: [''], resources: ['services'], verbs: ['create', 'get'] },
    ];
    const token = await accountWith(rules, environment(), config);
    const folder = mkdtempSync(join(tmpdir(), 'podwright-test-'));
    writeFileSync(join(folder, 'ca.pem'), Buffer.from(caData, 'base64'));
    const toml = `[[runners]]
      name = "ci"
      url = "http://127.0.0.1:1"
      token = "glrt-0123456789"
      [runners.kubernetes]
      host = "${server}"
      ca_file = "${join(folder, 'ca.pem')}"
      bearer_token = "${token}"
      namespace = "${environment().namespace}"`;
    writeFileSync(join(folder, 'config.toml'), toml);
    const io = new TestIo(folder, { PATH: process.env['PATH'] });
    const status = run(['run', '--config', 'config.toml'], io);
    try {
      await io.stderr.until('lacks rights');
      const lines = io.stderr.lines.filter((line) => line.includes('lacks rights'));
      expect(lines).toEqual([
        expect.stringContaining(
          'add to the rules of its Role: ' +
            '{"apiGroups":[""],"resources":["pods"],"verbs":["delete"]}, ' +
            '{"apiGroups":[""],"resources":["pods/exec"],"verbs":["create","get"]}, ' +
            '{"apiGroups":[""],"resources":["events"],"verbs":["list","watch"]}  runner=ci',
        ),
      ]);
      expect(io.stderr.text).not.toContain(token);
    } finally {
      io.signal('SIGTERM');
      expect(await status).toBe(0);
      rmSync(folder, { recursive: true });
    }
  });
});
