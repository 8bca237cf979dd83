import { Gauge, type Registry } from 'prom-client';

/** What the process itself takes, under the names that Prometheus' own clients have for it. */
export function addProcessMetrics(registry: Registry): void {
  add(registry, 'process_cpu_seconds_total', 'Seconds of CPU time taken.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  add(registry, 'process_resident_memory_bytes', 'Bytes of memory taken.', () => process.memoryUsage.rss());
  add(registry, 'process_start_time_seconds', 'When the process began, in seconds since 1970.', () =>
    Math.round(Date.now() / 1000 - process.uptime()),
  );
}

function add(registry: Registry, name: string, help: string, value: () => number): void {
  const gauge = new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(value());
    },
  });
  registry.registerMetric(gauge);
}
