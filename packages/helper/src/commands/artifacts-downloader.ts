import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractArchive } from '../archive/extract.ts';
import { defineCommand } from '../cli/command.ts';
import { text, toggle } from '../cli/flags.ts';
import { meterFlags, retryFlags } from '../cli/shared-flags.ts';
import { downloadArtifacts } from '../http/download-artifacts.ts';
import { jobClient, jobFlags, jobOf } from '../http/job-client.ts';
import { fixedPolicy, withRetries } from '../retry.ts';

const timeouts = { timeout: 3_600_000, headersTimeout: 600_000 };

export const artifactsDownloader = defineCommand({
  flags: {
    ...jobFlags,
    ...retryFlags,
    ...meterFlags,
    'direct-download': toggle('FF_USE_DIRECT_DOWNLOAD'),
    'archiver-staging-dir': text('', 'ARCHIVER_STAGING_DIR'),
  },
  async run(values, context) {
    const { io, log } = context;
    const job = jobOf(values);
    const staging = await mkdtemp(join(values['archiver-staging-dir'] || tmpdir(), 'artifacts-'));
    const client = await jobClient(values, timeouts, io, log);
    try {
      const archive = join(staging, 'artifacts');
      await withRetries(fixedPolicy(values.retry, values['retry-time']), context, async (tried) => {
        const file = await open(archive, 'w', 0o600);
        try {
          // The storage may not be reachable from here: only the first try goes there.
          await downloadArtifacts(client, job, values['direct-download'] && tried === 1, file, log);
        } finally {
          await file.close();
        }
      });
      await extractArchive(archive, io.cwd, log);
    } finally {
      await client.close();
      await rm(staging, { recursive: true, force: true });
    }
  },
});
