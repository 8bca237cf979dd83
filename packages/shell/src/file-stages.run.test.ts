import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostPod } from '../test/host-pod.ts';
import { shells, type TestShell } from '../test/shells.ts';

const base = mkdtempSync(join(tmpdir(), 'podwright-helper-'));

/** npm puts the programs of this repository into PATH, the helper among them. */
const withoutHelper = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !existsSync(join(folder, 'gitlab-runner-helper')))
  .join(delimiter);

/** Writes down what it is called with, and fails where $FAIL names the command. */
const helper = `#!/bin/sh
[ "$1" = --version ] && exit
command=$1
{ printf '%s' "$CI_JOB_STATUS"; for word; do printf ' <%s>' "$word"; done; echo; } >>"$ROOT/calls"
case " $FAIL " in *" $command "*) echo "$command failed" >&2; exit 1 ;; esac
`;

beforeAll(() => {
  mkdirSync(join(base, 'bin'));
  writeFileSync(join(base, 'bin/gitlab-runner-helper'), helper);
  chmodSync(join(base, 'bin/gitlab-runner-helper'), 0o755);
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

function job(
  shell: TestShell,
  options: { fail?: string; script?: string; missing?: boolean; debug?: boolean } = {},
): HostPod {
  const { fail = '', script = 'true', missing = false, debug = false } = options;
  return new HostPod({
    shell,
    env: { PATH: missing ? withoutHelper : `${base}/bin:${process.env['PATH']}` },
    runner: { url: 'https://gitlab.example.com' },
    variables: [
      { key: 'GIT_STRATEGY', value: 'empty' },
      { key: 'FAIL', value: fail },
      { key: 'NAME', value: 'a "b" $(c)' },
      { key: 'DIR', value: "it's" },
      { key: 'CI_DEBUG_TRACE', value: String(debug) },
    ],
    payload: {
      token: 'tok',
      steps: [{ name: 'script', script: [script] }],
      cache: [{ key: 'k', paths: ['$DIR/**'], when: 'always', fallback_keys: ['f'] }],
      artifacts: [
        { paths: ['out'], name: '$NAME' },
        { paths: ['log-$CI_JOB_STATUS'], when: 'always' },
      ],
      dependencies: [{ id: 7, token: 'dep', name: 'build', artifacts_file: { filename: 'a.zip' } }],
    },
    cacheUrls: new Map([['k', { get: 'https://s3/get?s3cret', put: { url: 'https://s3/put?s3cret', headers: {} } }]]),
  });
}

function calls(pod: HostPod): string[] {
  return readFileSync(join(pod.root, 'calls'), 'utf8').trim().split('\n');
}

for (const shell of shells) {
  describe.skipIf(shell.missing !== undefined)(`the stages for files under ${shell.name}`, () => {
    const file = (key: string) => `<--file> <../../../cache/group/project/${key}/cache.zip> <--timeout> <10>`;
    const common = '<--url> <https://gitlab.example.com> <--token>';

    it('call the helper program for all that the job has, before and after its script', async () => {
      await using pod = job(shell, { debug: true }).start();
      expect(await pod.finished()).toMatchObject({ exit_code: 0 });
      expect(calls(pod)).toEqual([
        `running <cache-extractor> ${file('k')} <--url> <https://s3/get?s3cret>`,
        `running <artifacts-downloader> ${common} <dep> <--id> <7>`,
        `success <cache-archiver> ${file('k')} <--path> <it's/**> <--url> <https://s3/put?s3cret>`,
        `success <artifacts-uploader> ${common} <tok> <--id> <1> <--path> <out> <--name> <$NAME>`,
        `success <artifacts-uploader> ${common} <tok> <--id> <1> <--path> <log-success>`,
      ]);
      expect(pod.output).toContain('Successfully extracted cache');
      expect(pod.output).toContain('Downloading artifacts for build (7)...');
      expect(pod.output).toContain('+ true');
      expect(pod.output).not.toContain('s3cret');
    });

    it('try the fallbacks, and do not fail the job when no cache is there', async () => {
      await using pod = job(shell, { fail: 'cache-extractor cache-archiver' }).start();
      expect(await pod.finished()).toMatchObject({ exit_code: 0 });
      expect(calls(pod).filter((call) => call.includes('<cache-'))).toEqual([
        `running <cache-extractor> ${file('k')} <--url> <https://s3/get?s3cret>`,
        `running <cache-extractor> ${file('f')}`,
        expect.stringContaining('success <cache-archiver>'),
      ]);
      expect(pod.output).toContain('Failed to extract cache');
      expect(pod.output).toContain('Failed to create cache');
    });

    it('save what is for failed jobs when the script fails', async () => {
      await using pod = job(shell, { script: 'exit 3' }).start();
      expect(await pod.finished()).toMatchObject({ exit_code: 3, stage: 'step_script' });
      expect(calls(pod).slice(2)).toEqual([
        expect.stringContaining('failed <cache-archiver>'),
        expect.stringContaining('<log-failed>'),
      ]);
    });

    it('run no script after a failed download', async () => {
      await using pod = job(shell, { fail: 'artifacts-downloader' }).start();
      expect(await pod.finished()).toMatchObject({ exit_code: 1, stage: 'download_artifacts' });
      expect(pod.ended().map(({ stage }) => stage)).not.toContain('step_script');
    });

    it('fail the job with an upload that fails, once', async () => {
      await using pod = job(shell, { fail: 'artifacts-uploader' }).start();
      expect(await pod.finished()).toMatchObject({ exit_code: 1, stage: 'upload_artifacts_on_success' });
      expect(calls(pod).filter((call) => call.includes('artifacts-uploader'))).toHaveLength(1);
    });

    it('are left out with a warning where the image has no helper program', async () => {
      await using pod = job(shell, { missing: true }).start();
      expect(await pod.finished()).toMatchObject({ exit_code: 0 });
      for (const action of ['Extracting cache', 'Artifacts downloading', 'Creating cache', 'Uploading artifacts']) {
        expect(pod.output).toContain(`Missing gitlab-runner-helper. ${action} is disabled.`);
      }
    });

    it('save what there is when the job is cancelled while its script runs', async () => {
      await using pod = job(shell, { script: 'echo waiting; sleep 300' }).start();
      await pod.printed('\nwaiting\n');
      await pod.cancel();
      expect(await pod.finished()).toMatchObject({ stage: 'step_script', stopped: 'canceled' });
      expect(calls(pod).slice(2)).toEqual([
        expect.stringContaining('canceled <cache-archiver>'),
        expect.stringContaining('<log-canceled>'),
      ]);
    });
  });
}
