import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { printedPod } from './printed-pod.ts';

const toml = readFileSync(new URL('everything.toml', import.meta.url), 'utf8');

const job = {
  image: { name: 'registry.example.com/$TEAM/builder:1', ports: [{ number: 8080, name: 'web' }] },
  services: [
    { name: 'redis:$VERSION', alias: 'cache,keys' },
    { name: 'registry.example.com/$TEAM/db', entrypoint: ['run'], command: ['--fast'], alias: 'db' },
  ],
  variables: [
    { key: 'TEAM', value: 'blue', public: true },
    { key: 'VERSION', value: '6', public: true },
    { key: 'PASSWORD', value: 'not-in-the-pod', masked: true },
    { key: 'PRIVATE', value: 'not-in-the-pod-either' },
    { key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: 'ci-$TEAM', public: true },
    { key: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE', value: 'ci-builder', public: true },
    { key: 'KUBERNETES_POD_ANNOTATIONS_1', value: 'acme.com/owner=$TEAM', public: true },
    { key: 'KUBERNETES_CPU_LIMIT', value: '3', public: true },
  ],
  credentials: [{ type: 'registry', url: 'registry.example.com', username: 'ci', password: 'not-in-the-pod' }],
};

it('builds the whole Pod of a configuration that uses every family', async () => {
  const pod = await printedPod({ toml, job });
  await expect(stringify(pod, { lineWidth: 0 })).toMatchFileSnapshot('everything.pod.yaml');
});

it('builds the same Pod from the same input, byte for byte', async () => {
  const [first, second] = [await printedPod({ toml, job }), await printedPod({ toml, job })];
  expect(JSON.stringify(second)).toBe(JSON.stringify(first));
});

it('keeps secrets out of the Pod', async () => {
  expect(JSON.stringify(await printedPod({ toml, job }))).not.toContain('not-in-the-pod');
});
