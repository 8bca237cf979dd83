import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../dist/packages/runner/src/test-kit/free-port.js';

const main = new URL('../../packages/runner/bundle/main.js', import.meta.url).pathname;
/** Linux counts processor time in these. */
const ticksPerSecond = 100;

/** `podwright run` as users start it, seen from outside. */
export class DaemonProcess {
  #child;
  #folder;
  /** Its `listen_address`. */
  address;
  /** Last lines that it logged. */
  log = '';

  /**
   * @param {{ config: (metrics: string) => string, kubeconfig: string, env: object }} options
   *   `config` makes the text of the config.toml, given the `listen_address`
   */
  static async start({ config, kubeconfig, env }) {
    const daemon = new DaemonProcess();
    daemon.address = `127.0.0.1:${await freePort()}`;
    daemon.#folder = await mkdtemp(join(tmpdir(), 'podwright-bench-'));
    daemon.file = join(daemon.#folder, 'config.toml');
    await writeFile(daemon.file, config(daemon.address));
    const args = [main, 'run', '--config', daemon.file, '--kubeconfig', kubeconfig];
    daemon.#child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], env, cwd: daemon.#folder });
    process.once('exit', () => daemon.#child.kill('SIGKILL'));
    daemon.#child.stderr.on('data', (chunk) => (daemon.log = (daemon.log + chunk).slice(-20_000)));
    for (let tries = 0; ; tries += 1) {
      if (
        await daemon.#get('/readyz').then(
          (text) => text === 'ok\n',
          () => false,
        )
      )
        return daemon;
      if (tries > 600 || daemon.#child.exitCode !== null) throw new Error(`the daemon did not start:\n${daemon.log}`);
      await delay(50);
    }
  }

  get pid() {
    return this.#child.pid;
  }

  get isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Processor time used so far, in seconds. */
  get cpuSeconds() {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Resident memory in megabytes. */
  get megabytes() {
    return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;
  }

  /** Open files and connections. */
  get handles() {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** @returns `jobs`: requests to the Kubernetes API for the sake of jobs so far, `shared`: those of the common watches */
  async requests() {
    const counts = { jobs: 0, shared: 0 };
    const metrics = await this.#get('/metrics');
    for (const [, labels, value] of metrics.matchAll(/^podwright_kubernetes_requests_total\{(.*)\} (\d+)$/gm)) {
      const isShared = labels.includes('resource="pods"') && /verb="(list|watch)"/.test(labels);
      counts[isShared ? 'shared' : 'jobs'] += Number(value);
    }
    return counts;
  }

  /** The jobs that run now: `id`, `stage`, and `pod`, which is empty before there is one. */
  async jobs() {
    const list = await this.#get('/debug/jobs/list');
    const lines = list.matchAll(/^job=(\d+) .* stage=(\S*) pod=(\S*) /gm);
    return [...lines].map(([, id, stage, pod]) => ({ id: Number(id), stage, pod }));
  }

  /** How many jobs run their scripts now. */
  async inScript() {
    return (await this.jobs()).filter(({ stage }) => stage === 'step_script').length;
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** Ends it in order; jobs that run are given up. */
  async stop() {
    if (this.isRunning) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exited;
    }
    await rm(this.#folder, { recursive: true });
  }

  async #get(path) {
    return (await fetch(`http://${this.address}${path}`)).text();
  }
}
