import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedCluster, type EmbeddedCluster } from '../embedded-cluster.ts';
import { trivialNode } from '../trivial-node.ts';

const run = promisify(execFile);

const kubectl = findKubectl();

describe.skipIf(kubectl === undefined)(
  `kubectl${kubectl === undefined ? ' (skipped: there is none on PATH)' : ''}`,
  () => {
    let cluster: EmbeddedCluster;
    let cache: string;

    beforeAll(async () => {
      cache = mkdtempSync(join(tmpdir(), 'podwright-kubectl-'));
      cluster = await startEmbeddedCluster({
        node: trivialNode({
          async *logs() {
            yield Buffer.from('hello from the log\n');
          },
        }),
      });
    });

    afterAll(async () => {
      await cluster.close();
      rmSync(cache, { recursive: true });
    });

    test('a Pod is run, shown, described, read and deleted', async () => {
      expect(await call('run', 'p', '--image=busybox', '--', 'sleep', '1')).toBe('pod/p created\n');
      expect(await call('wait', '--for=condition=Ready', 'pod/p')).toBe('pod/p condition met\n');
      expect(await call('get', 'pods')).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\np +1\/1 +Running +0 +\d+s\n$/);
      expect(await call('get', 'pods', '-A', '-o', 'wide')).toMatch(/NAMESPACE .* NODE.*\ndefault +p .* trivial/);
      expect(await call('get', 'pod/p', '-o', 'yaml')).toContain('phase: Running');
      expect(await call('describe', 'pod', 'p')).toMatch(/Status: +Running/);
      expect(await call('logs', 'p')).toBe('hello from the log\n');
      expect(await call('delete', 'pod', 'p')).toMatch(/^pod "p" deleted/);
    });

    test('objects are applied, changed by a second apply, labelled and annotated', async () => {
      const pod = (image: string) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'applied', labels: { a: image } },
        spec: { containers: [{ name: 'c', image }] },
      });
      expect(await apply(pod('one'))).toBe('pod/applied created\n');
      expect(await apply(pod('one'))).toBe('pod/applied unchanged\n');
      expect(await apply(pod('two'))).toBe('pod/applied configured\n');
      await call('label', 'pod', 'applied', 'b=c');
      await call('annotate', 'pod', 'applied', 'd=e');

      const { metadata, spec } = JSON.parse(await call('get', 'pod', 'applied', '-o', 'json')) as {
        metadata: { labels: object; annotations: Record<string, string> };
        spec: { containers: [{ image: string }] };
      };
      expect(metadata.labels).toEqual({ a: 'two', b: 'c' });
      expect(metadata.annotations['d']).toBe('e');
      expect(spec.containers[0].image).toBe('two');
    });

    test('namespaces, secrets and config maps are created and deleted', async () => {
      await call('create', 'namespace', 'n');
      expect(await call('-n', 'n', 'create', 'secret', 'generic', 's', '--from-literal=a=b')).toBe(
        'secret/s created\n',
      );
      expect(await call('-n', 'n', 'create', 'configmap', 'm', '--from-literal=a=b')).toBe('configmap/m created\n');
      expect(await call('-n', 'n', 'get', 'secret', 's', '-o', 'jsonpath={.data.a}')).toBe('Yg==');
      expect(await call('delete', 'namespace', 'n')).toMatch(/^namespace "n" deleted/);
      await expect(call('get', 'namespace', 'n')).rejects.toThrow('namespaces "n" not found');
    });

    test('what is invalid is explained', async () => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bad' }, spec: { containers: [] } };

      await expect(apply(pod)).rejects.toThrow('The Pod "bad" is invalid: spec.containers: Required value');
    });

    async function call(...parameters: string[]): Promise<string> {
      return (await start(parameters)).stdout;
    }

    async function apply(object: object): Promise<string> {
      const started = start(['apply', '-f', '-']);
      started.child.stdin?.end(JSON.stringify(object));
      return (await started).stdout;
    }

    function start(parameters: readonly string[]) {
      const access = ['--kubeconfig', cluster.kubeconfigPath, '--cache-dir', cache];
      return run(kubectl ?? '', [...access, ...parameters], { timeout: 25_000 });
    }
  },
);

/** kubectl on PATH. */
function findKubectl(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'kubectl')).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
