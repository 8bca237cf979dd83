import { expect, it } from 'vitest';
import { definePlugin, type Plugin } from '@podwright/core';
import { z } from 'zod';
import { gitInfo, startGitServer } from '../../bench/git-server.mjs';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { settings } from '../support/real-cluster.ts';
import { startJob } from '../support/start-job.ts';

describeOnCluster('images and users', (environment) => {
  it('runs in an image that has only busybox', async () => {
    const job = startJob(environment(), {
      script: ['echo "in $(basename "$(readlink -f /proc/$$/exe)")"', '(exit 7)'],
      image: settings.busyboxImage,
    });
    expect(await job.result).toMatchObject({ reason: 'script_failure', exitCode: 7 });
    expect(job.trace()).toContain('in busybox\n');
  });

  it('says promptly that an image has no shell', async () => {
    const job = startJob(environment(), { script: ['true'], image: settings.noShellImage });
    expect(await job.result).toMatchObject({
      reason: 'runner_configuration_error',
      message: expect.stringContaining(`image ${settings.noShellImage} of container build has no shell (sh)`),
    });
  });

  it('says that an image cannot be pulled, and tries every pull policy', async () => {
    const image = `${settings.image}-not-there`;
    const job = startJob(environment(), {
      script: ['true'],
      image,
      toml: 'pull_policy = ["always", "if-not-present"]',
    });
    expect(await job.result).toMatchObject({ reason: 'image_pull_failure', message: expect.stringContaining(image) });
    expect(job.events.filter((event) => event.kind === 'created')).toHaveLength(2);
  });

  it('recovers from a policy that fails with one that works', async () => {
    // The image is on the node already, but its registry is nowhere to be found: only if-not-present can work.
    const job = startJob(environment(), {
      script: ['echo pulled'],
      toml: 'pull_policy = ["never", "if-not-present"]',
      image: settings.busyboxImage,
    });
    expect(await job.result).toEqual({ state: 'success' });
  });

  it('says that an image name is none', async () => {
    const job = startJob(environment(), { script: ['true'], payload: { image: { name: 'not a name' } } });
    expect(await job.result).toMatchObject({
      reason: 'runner_configuration_error',
      message: expect.stringContaining('not a name'),
    });
  });

  it.skipIf(settings.privateImage === undefined)("pulls a private image with the job's credentials", async () => {
    const image = settings.privateImage ?? '';
    const credentials = [
      {
        type: 'registry',
        url: image.split('/')[0],
        username: settings.registryUser,
        password: settings.registryPassword,
      },
    ];
    const job = startJob(environment(), {
      script: ['echo private'],
      image,
      toml: 'pull_policy = "always"',
      payload: { credentials },
    });
    expect(await job.result).toEqual({ state: 'success' });
    const without = startJob(environment(), { script: ['true'], image, toml: 'pull_policy = "always"' });
    expect(await without.result).toMatchObject({ reason: 'image_pull_failure' });
  });

  it('is told of a kill for lack of memory', async () => {
    const job = startJob(environment(), {
      script: ['echo filling', 'x=$(head -c 500000000 /dev/zero | tr "\\0" x); echo ${#x}'],
      toml: 'memory_limit = "64Mi"',
    });
    expect(await job.result).toMatchObject({
      reason: 'runner_system_failure',
      message: expect.stringContaining('out of memory'),
      hint: expect.stringContaining('memory_limit'),
    });
  });

  it('runs build and helper as different users, on read-only root filesystems', async () => {
    const job = startJob(environment(), {
      script: [
        'id -u',
        'echo "$KEY" && stat -c "%a %u" "$KEY" && cat "$KEY"',
        'echo made > made && cat made',
        '! touch /forbidden 2>/dev/null',
      ],
      afterScript: ['cat made'],
      variables: [{ key: 'KEY', value: 'content of the key', file: true }],
      plugins: [users],
    });
    expect(await job.result).toEqual({ state: 'success' });
    expect(job.trace()).toContain('\n1234\n');
    expect(job.trace()).toContain('600 1234\n');
    expect(job.trace()).toContain('content of the key');
  });

  it.skipIf(settings.host === undefined)('clones over HTTP, as another user than the one that builds', async () => {
    const server = await startGitServer({ 'build.sh': '#!/bin/sh\necho built by $(id -u)\n' });
    const job = startJob(environment(), {
      script: ['./build.sh', 'git log -1 --format=%H 2>/dev/null || cat .git/HEAD', 'touch new-file'],
      variables: [{ key: 'GIT_STRATEGY', value: 'clone', public: true }],
      payload: { git_info: gitInfo(server, settings.host ?? '') },
      plugins: [users],
    });
    expect(await job.result).toEqual({ state: 'success' });
    await server.close();
    expect(job.trace()).toContain('built by 1234\n');
    expect(job.trace()).toContain(server.sha);
    expect(job.trace()).not.toContain('job-token-of-the-test');
  });
});

const users: Plugin = definePlugin({
  name: 'users',
  core: '*',
  configSchema: z.strictObject({}),
  apply({ hooks }) {
    hooks.buildContainer.tap('users', ({ role, spec }) => {
      const user = { runAsUser: role === 'build' ? 1234 : 4321, readOnlyRootFilesystem: true };
      spec.securityContext = { ...spec.securityContext, ...user };
    });
  },
});
