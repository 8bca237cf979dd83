import { Counter, Gauge, type Registry } from 'prom-client';

/** What the process itself takes, under the names that Prometheus' own clients have for it. */
export function addProcessMetrics(registry: Registry): void {
  registry.registerMetric(cpuSeconds());
  registry.registerMetric(
    gauge('process_resident_memory_bytes', 'Bytes of memory taken.', () => process.memoryUsage.rss()),
  );
  const start = Math.round(Date.now() / 1000 - process.uptime());
  registry.registerMetric(
    gauge('process_start_time_seconds', 'When the process began, in seconds since 1970.', () => start),
  );
}

function cpuSeconds(): Counter {
  return new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Seconds of CPU time taken.',
    registers: [],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
}

function gauge(name: string, help: string, value: () => number): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(value());
    },
  });
}
