import { afterEach, expect, it } from 'vitest';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { nothingLeft } from '../support/nothing-left.ts';
import { settings } from '../support/real-cluster.ts';
import { startJob } from '../support/start-job.ts';

describeOnCluster('services', (environment) => {
  afterEach(async () => {
    await nothingLeft(environment());
    await expect.poll(services, { timeout: 30_000, interval: 200 }).toEqual([]);
  });

  async function services(): Promise<string[]> {
    const { items } = await environment().api.listNamespacedService({ namespace: environment().namespace });
    return items.map((item) => item.metadata?.name ?? '');
  }

  it("reaches the configuration's and the job's services by the name of their image and by every alias", async () => {
    const image = settings.busyboxImage;
    const imageName = image
      .replace(/:[^:/]*$/, '')
      .replace(/:\d+\//, '/')
      .replaceAll('/', '-');
    const job = startJob(environment(), {
      image,
      toml: configuredService(image, 'echo from the configuration', 'db1'),
      payload: { services: [{ name: image, alias: 'web, $NAME.test', ...serving('echo from the job', 8082) }] },
      variables: [{ key: 'NAME', value: 'other', public: true }],
      script: [fetching, `fetch db1:8081; fetch web:8082; fetch other.test:8082; fetch ${imageName}:8081`],
    });
    expect(await job.result, job.trace()).toEqual({ state: 'success' });
    const trace = job.trace();
    expect(trace).toContain('db1:8081: from the configuration\n');
    expect(trace).toContain('web:8082: from the job\n');
    expect(trace).toContain('other.test:8082: from the job\n');
    expect(trace).toContain(`${imageName}:8081: from the configuration\n`);
    expect(trace).toContain(`Using service ${image} (svc-1), reachable as ${imageName}, web, other.test\n`);
  });

  it('gives services public variables and their own, as they are, and nothing else of the job', async () => {
    const job = startJob(environment(), {
      image: settings.busyboxImage,
      payload: {
        services: [
          {
            name: settings.busyboxImage,
            alias: 'env',
            // What reaches it is shown turned around, since the trace would mask it.
            ...serving('env | grep "^T_" | sort; echo "$T_OWN_SECRET" | rev', 8080),
            variables: [
              { key: 'T_OWN', value: 'own $T_PUBLIC' },
              { key: 'T_OVER', value: 'by the service' },
              { key: 'T_OWN_SECRET', value: 'x-$T_SECRET' },
            ],
          },
        ],
      },
      variables: [
        { key: 'T_PUBLIC', value: '$$(T_OVER) and $$$$', public: true },
        { key: 'T_OVER', value: 'by the job', public: true },
        { key: 'T_PRIVATE', value: 'private' },
        { key: 'T_SECRET', value: 'hunter2hunter2', masked: true },
        { key: 'T_FILE', value: 'content', public: true, file: true },
        { key: 'T_DSN', value: 'u:$T_SECRET', public: true },
        { key: 'T_HALF', value: 'half $T_PRIVATE', public: true },
      ],
      script: [fetching, 'echo "build: $T_DSN, $T_HALF"', 'fetch env:8080', 'sleep 2'],
    });
    const name = await job.seen('T_PUBLIC=');
    const pod = await environment().api.readNamespacedPod({ name, namespace: environment().namespace });
    expect(JSON.stringify(pod)).not.toMatch(/hunter2|half private/);
    expect(await job.result, job.trace()).toEqual({ state: 'success' });
    expect(job.trace()).toContain('build: u:[MASKED], half private\n');
    expect(job.trace()).toContain(
      [
        'env:8080: T_DSN=u:[MASKED]',
        'T_HALF=half private',
        'T_OVER=by the service',
        'T_OWN=own $(T_OVER) and $$',
        'T_OWN_SECRET=x-[MASKED]',
        'T_PUBLIC=$(T_OVER) and $$',
        '2retnuh2retnuh-x',
        '',
      ].join('\n'),
    );
  });

  it('lets Kubernetes replace $(NAME) in the command of a service', async () => {
    const service = { name: settings.busyboxImage, alias: 'web', ...serving("echo '$(T_A) $(NONE) $$(T_A) $$'") };
    const job = startJob(environment(), {
      image: settings.busyboxImage,
      payload: { services: [service] },
      variables: [{ key: 'T_A', value: 'a', public: true }],
      script: [fetching, 'fetch web:8080'],
    });
    expect(await job.result, job.trace()).toEqual({ state: 'success' });
    expect(job.trace()).toContain('web:8080: a $(NONE) $(T_A) $\n');
  });

  it('is not stopped by a service that crashes, nor kept alive by one that runs on', async () => {
    const job = startJob(environment(), {
      payload: {
        services: [
          { name: settings.busyboxImage, alias: 'crashing', entrypoint: ['sh', '-c', 'exit 3'] },
          { name: settings.busyboxImage, alias: 'running', entrypoint: ['sleep', '3600'] },
        ],
      },
      script: ['sleep 3', 'echo still here'],
    });
    expect(await job.result, job.trace()).toEqual({ state: 'success' });
    expect(job.trace()).toContain('still here\n');
    expect(job.trace()).toMatch(/WARNING: Container svc-0 \(image .*\) ended while the job ran: exit code 3/);
    expect(job.trace()).not.toContain('Container svc-1');
  });

  it('fails when the program of a service is not there, and names the service', async () => {
    const job = startJob(environment(), {
      payload: { services: [{ name: settings.busyboxImage, entrypoint: ['/not/there'] }] },
      script: ['sleep 30'],
    });
    expect(await job.result).toMatchObject({
      reason: 'runner_configuration_error',
      message: expect.stringMatching(/container svc-0 .*cannot be started.*\/not\/there/s),
    });
  });

  it('refuses an alias that is no host name before anything is created', async () => {
    const job = startJob(environment(), {
      payload: { services: [{ name: settings.busyboxImage, alias: 'My_DB' }] },
      script: ['true'],
    });
    expect(await job.result).toMatchObject({
      reason: 'runner_configuration_error',
      message: expect.stringContaining('services[0].alias: "My_DB" is no host name'),
    });
    expect(job.events).toEqual([]);
  });

  it('puts a Service in front of ports, which finds the Pod and goes with it', async () => {
    const job = startJob(environment(), {
      image: settings.busyboxImage,
      payload: {
        image: { name: settings.busyboxImage, ports: [{ number: 8080 }] },
        services: [
          { name: settings.busyboxImage, alias: '2048', ports: [{ number: 8081 }], ...serving('echo game', 8081) },
        ],
      },
      script: ['echo started', 'sleep 5'],
    });
    const name = await job.seen('started\n');
    const { namespace, api } = environment();
    const found = async () =>
      (await api.listNamespacedEndpoints({ namespace })).items.flatMap(({ subsets }) => subsets ?? []);
    await expect.poll(found, { timeout: 4000, interval: 100 }).toHaveLength(2);
    const { items } = await api.listNamespacedService({ namespace });
    expect(items.map(({ spec }) => spec?.ports?.map(({ name: port, targetPort }) => [port, targetPort]))).toEqual([
      [['build-8080', 8080]],
      [['proxy-2048-8081', 8081]],
    ]);
    expect(items.map(({ metadata }) => metadata?.ownerReferences?.[0]?.name)).toEqual([name, name]);
    expect(await job.result, job.trace()).toEqual({ state: 'success' });
  });
});

/** `fetch host:port` prints what is served there, once it is. */
const fetching =
  'fetch() { for i in $(seq 100); do wget -q -O /tmp/page "http://$1/page" && break; sleep 0.1; done; echo "$1: $(cat /tmp/page)"; rm /tmp/page; }';

/** A service that serves the output of a command. */
function serving(command: string, port = 8080) {
  return {
    entrypoint: ['sh', '-c'],
    command: [`mkdir -p /tmp/www && { ${command}; } > /tmp/www/page && httpd -f -p ${port} -h /tmp/www`],
  };
}

function configuredService(image: string, command: string, alias: string): string {
  const { entrypoint, command: args } = serving(command, 8081);
  return `
    [[runners.kubernetes.services]]
    name = ${JSON.stringify(image)}
    alias = ${JSON.stringify(alias)}
    entrypoint = ${JSON.stringify(entrypoint)}
    command = ${JSON.stringify(args)}`;
}
