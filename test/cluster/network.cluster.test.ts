import { expect, it, vi } from 'vitest';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { settings } from '../support/real-cluster.ts';
import { startJob } from '../support/start-job.ts';

describeOnCluster('names of hosts', (environment) => {
  /** A file of each container of a job that runs until it is cancelled. */
  async function inContainers(containers: readonly string[], file: string, toml: string, services: object[] = []) {
    const job = startJob(environment(), { script: ['echo started', 'sleep 60'], payload: { services }, toml });
    const pod = await job.seen('started\n');
    try {
      // A service may start later than the job.
      const reading = (container: string) =>
        vi.waitFor(() => read(pod, container, file), { timeout: 20_000, interval: 200 });
      return await Promise.all(containers.map(reading));
    } finally {
      job.kill.abort();
      await job.result;
    }
  }

  async function read(pod: string, container: string, file: string): Promise<string> {
    const { cluster, namespace } = environment();
    const chunks: Uint8Array[] = [];
    await cluster.exec({ namespace, pod, container }, ['cat', file], {
      signal: AbortSignal.timeout(10_000),
      onStdout: (chunk) => void chunks.push(Buffer.from(chunk)),
    });
    return Buffer.concat(chunks).toString();
  }

  it('gives every container the host aliases, behind the names of the services', async () => {
    const service = { name: settings.busyboxImage, alias: 'db', entrypoint: ['sleep', '60'] };
    const contents = await inContainers(['build', 'helper', 'svc-0'], '/etc/hosts', aliases, [service]);
    for (const content of contents) {
      const lines = content.split('\n').map((line) => line.split('\t'));
      expect(lines.filter(([ip]) => ip === '127.0.0.1')).toEqual([
        ['127.0.0.1', 'localhost'],
        ['127.0.0.1', expect.any(String), 'db', 'web1', 'web2'],
      ]);
      expect(lines).toContainEqual(['192.168.1.1', 'web14', 'web15']);
      expect(lines).toContainEqual(['2001:db8::1', 'web16']);
    }
  });

  it('resolves host aliases', async () => {
    const job = startJob(environment(), {
      script: ['for name in web1 web15; do getent ahosts $name | grep STREAM; done'],
      toml: aliases,
    });
    expect(await job.result, job.trace()).toEqual({ state: 'success' });
    expect(job.trace()).toMatch(/\n127\.0\.0\.1 +STREAM .*\n192\.168\.1\.1 +STREAM /);
  });

  it('takes DNS settings from dns_config alone with the policy none', async () => {
    const contents = await inContainers(['build', 'helper'], '/etc/resolv.conf', `dns_policy = "none"${dnsConfig}`);
    for (const content of contents) {
      expect(words(content, 'nameserver')).toEqual(['192.0.2.1']);
      expect(words(content, 'search')).toEqual(['ns1.example.com', 'ns2.example.com']);
      // The kubelet writes options in any order.
      expect(words(content, 'options').toSorted()).toEqual(['edns0', 'ndots:2']);
    }
  });

  it("adds dns_config behind the node's settings with the policy default", async () => {
    const [plain = ''] = await inContainers(['build'], '/etc/resolv.conf', 'dns_policy = "default"');
    const [added = ''] = await inContainers(['build'], '/etc/resolv.conf', `dns_policy = "default"${dnsConfig}`);
    expect(words(added, 'nameserver')).toEqual([...words(plain, 'nameserver'), '192.0.2.1'].slice(0, 3));
    expect(words(added, 'search')).toEqual([...words(plain, 'search'), 'ns1.example.com', 'ns2.example.com']);
    expect(words(added, 'options')).toEqual(expect.arrayContaining(['ndots:2', 'edns0']));
  });

  it.each([
    ['', 'ClusterFirst'],
    ['dns_policy = "cluster-first"', 'ClusterFirst'],
    ['dns_policy = "cluster-first-with-host-net"', 'ClusterFirstWithHostNet'],
  ])('runs with %j', async (toml, policy) => {
    const job = startJob(environment(), { script: ['echo started', 'sleep 1'], toml });
    const name = await job.seen('started\n');
    const pod = await environment().api.readNamespacedPod({ name, namespace: environment().namespace });
    expect(pod.spec?.dnsPolicy).toBe(policy);
    expect(await job.result).toEqual({ state: 'success' });
  });
});

const aliases = `
  [[runners.kubernetes.host_aliases]]
  ip = "127.0.0.1"
  hostnames = ["web1", "web2"]
  [[runners.kubernetes.host_aliases]]
  IP = "192.168.1.1"
  Hostnames = ["web14", "web15"]
  [[runners.kubernetes.host_aliases]]
  ip = "2001:db8::1"
  hostnames = ["web16"]`;

const dnsConfig = `
  [runners.kubernetes.dns_config]
  nameservers = ["192.0.2.1"]
  searches = ["ns1.example.com", "ns2.example.com"]
  [[runners.kubernetes.dns_config.options]]
  name = "ndots"
  value = "2"
  [[runners.kubernetes.dns_config.options]]
  name = "edns0"`;

/** What stands behind a keyword of `resolv.conf`, in all its lines. */
function words(content: string, keyword: string): string[] {
  return content
    .split('\n')
    .map((line) => line.split(/\s+/))
    .flatMap(([first, ...rest]) => (first === keyword ? rest : []));
}
