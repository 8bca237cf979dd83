import { archiveFormat, archiveName, createArchive } from '../archive/formats.ts';
import { compressionLevel } from '../archive/compression-level.ts';
import { defineCommand } from '../cli/command.ts';
import { duration, text, unused, unusedSwitch } from '../cli/flags.ts';
import { meterFlags, selectionFlags } from '../cli/shared-flags.ts';
import { ServiceUnavailableError, type HelperError } from '../errors.ts';
import { enumerateFiles, expandOrWarn } from '../files/enumerate.ts';
import { jobClient, jobFlags, jobOf } from '../http/job-client.ts';
import { uploadArtifacts } from '../http/upload-artifacts.ts';
import { backOff, withRetries } from '../retry.ts';

/** Flags for GitLab's record of where artifacts come from, which is not made here. */
const metadataFlags = {
  'generate-artifacts-metadata': unusedSwitch,
  'runner-id': unused,
  'repo-url': unused,
  'repo-digest': unused,
  'job-name': unused,
  'executor-name': unused,
  'runner-name': unused,
  'metadata-parameter': unused,
  'started-at': unused,
  'ended-at': unused,
  'schema-version': unused,
};

const retries = {
  tries: (failure: HelperError) => (failure instanceof ServiceUnavailableError ? 6 : 3),
  delay: backOff(1000, 5000),
};

export const artifactsUploader = defineCommand({
  flags: {
    ...jobFlags,
    ...selectionFlags,
    ...meterFlags,
    ...metadataFlags,
    name: text('artifacts'),
    'expire-in': text(''),
    'artifact-format': text(''),
    'artifact-type': text(''),
    'compression-level': text('', 'ARTIFACT_COMPRESSION_LEVEL'),
    timeout: duration(3_600_000),
    'response-header-timeout': duration(600_000),
    'ci-debug-trace': unusedSwitch,
  },
  async run(values, context) {
    const { io, log } = context;
    const job = jobOf(values);
    const format = archiveFormat(values['artifact-format']);
    const level = compressionLevel(values['compression-level'], log);
    const filename = archiveName(expandOrWarn(values.name, io, log), format);
    const files = await enumerateFiles(values, io, log);
    if (files.size === 0) {
      log.error('no files to upload');
      return;
    }
    const timeouts = { timeout: values.timeout, headersTimeout: values['response-header-timeout'] };
    const client = await jobClient(values, timeouts, io, log);
    const query = {
      expire_in: values['expire-in'],
      artifact_format: values['artifact-format'],
      artifact_type: values['artifact-type'],
    };
    let { server } = job;
    try {
      await withRetries(retries, context, async () => {
        const content = createArchive(format, files, { project: io.cwd, level, log });
        await uploadArtifacts(client, { job: { ...job, server }, query, filename, content }, log, (other) => {
          server = other;
        });
      });
    } finally {
      await client.close();
    }
  },
});
