import { Executor, checkPlugins, loadConfig, parseJobPayload } from '@podwright/core';
import { createShell } from '@podwright/shell';
import { defaultPlugins } from '../packages/runner/dist/default-plugins.js';

export const facts = { version: '0.0.0', revision: 'bench', architecture: 'linux/amd64' };
export const slot = { concurrentId: 0, concurrentProjectId: 0 };
export const paths = {
  buildsDir: '/builds',
  projectDir: '/builds/group/project',
  tmpDir: '/builds/group/project.tmp',
  cacheDir: '/cache/group/project',
  jobDir: '/podwright/job',
  controlDir: '/podwright/control',
};

const ignore = () => undefined;
export const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => quiet };

export function makeExecutor(toml, plugins = defaultPlugins) {
  const checked = checkPlugins(plugins.map((candidate) => ({ source: 'bench', candidate })));
  const text = `[[runners]]\nname = "bench"\ntoken = "glrt-0123456789"\n[runners.kubernetes]\n${toml}`;
  const { config } = loadConfig(text, { source: 'bench', owners: checked });
  return new Executor({ plugins: checked, runner: config.runners[0], shell: createShell(), logger: quiet });
}

export function makePayload(overrides = {}) {
  const variables = Array.from({ length: 40 }, (_, i) => ({
    key: `CI_VARIABLE_${i}`,
    value: `value ${i}`,
    public: true,
  }));
  return parseJobPayload(
    {
      id: 1,
      token: 'job-token-of-the-bench',
      job_info: { name: 'bench', project_id: 7 },
      git_info: {},
      runner_info: { timeout: 600 },
      variables: [...variables, { key: 'GIT_STRATEGY', value: 'none', public: true }],
      steps: [{ name: 'script', script: ['echo first line'] }],
      ...overrides,
    },
    'bench',
  );
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const perSecond = (n, milliseconds) => Math.round((n / milliseconds) * 1000);

/** The value that so large a share of the values does not exceed. */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

/**
 * A figure with what it is to be held against.
 * @param {string} name
 * @param {number} value
 * @param {string} unit
 * @param {{ atMost?: number, atLeast?: number, before?: number, note?: string }} [against] `before`: GitLab Runner 13.11's
 */
export function figure(name, value, unit, against = {}) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return { name, value: Number(value.toFixed(digits)), unit, ...against };
}

/** A figure in one line. */
export function figureText({ value, unit = '', atMost, atLeast, before, note }) {
  const parts = [`${value} ${unit}`.trim()];
  if (atMost !== undefined) parts.push(`at most ${atMost}: ${value <= atMost ? 'met' : 'MISSED'}`);
  if (atLeast !== undefined) parts.push(`at least ${atLeast}: ${value >= atLeast ? 'met' : 'MISSED'}`);
  if (before !== undefined) parts.push(`13.11: ${before}, ratio ${(value / before).toFixed(2)}`);
  if (note !== undefined) parts.push(note);
  return parts.join('; ');
}
