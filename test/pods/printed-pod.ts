import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pod } from '@podwright/core';
import { run } from '../../packages/runner/src/run.ts';
import { TestIo } from '../../packages/runner/src/test-kit/test-io.ts';

export interface PrintedPodOptions {
  /** A whole `config.toml`. */
  readonly toml: string;
  /** Members of the job payload, laid over a small one. */
  readonly job?: Record<string, unknown>;
}

const smallJob = {
  id: 4242,
  token: 'job-token',
  job_info: { name: 'test', stage: 'test', project_id: 17, project_name: 'project' },
  git_info: { repo_url: 'https://gitlab.example.com/group/project.git', ref: 'main', sha: '1'.repeat(40) },
  steps: [{ name: 'script', script: ['true'] }],
};

/** The Pod that `podwright pod` prints for a configuration and a job. @throws Error with what it says instead */
export async function printedPod({ toml, job = {} }: PrintedPodOptions): Promise<Pod> {
  const folder = await mkdtemp(join(tmpdir(), 'podwright-pod-'));
  try {
    await writeFile(join(folder, 'config.toml'), toml);
    await writeFile(join(folder, 'job.json'), JSON.stringify({ ...smallJob, ...job }));
    const io = new TestIo(folder, { ...process.env });
    const status = await run(['pod', '--config', 'config.toml', '--payload', 'job.json', '-o', 'json'], io);
    if (status !== 0) throw new Error(io.stderr.text);
    return JSON.parse(io.out.text) as Pod;
  } finally {
    await rm(folder, { recursive: true });
  }
}
