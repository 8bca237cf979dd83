import { connectionConfigSchema } from '@podwright/cluster';
import { definePlugin, type Cause, type Plugin } from '@podwright/core';
import type { Configuration } from './configuration.ts';

const name = 'working-copy';
const cause: Cause = { because: 'the sources are cloned from it' };

/**
 * Adds a plugin that lets the helper container of a local job read the directories that its sources are cloned from:
 * containers there see the host's file system, but not its directories for temporary files.
 * @param directories absolute; the configuration is returned as it is when there are none
 */
export function withWorkingCopy(configuration: Configuration, directories: readonly string[]): Configuration {
  if (directories.length === 0) return configuration;
  const { runner, plugins } = configuration;
  return {
    ...configuration,
    plugins: [...plugins, workingCopyPlugin(directories)],
    runner: { ...runner, kubernetes: new Map([...runner.kubernetes, [name, {}]]) },
  };
}

function workingCopyPlugin(directories: readonly string[]): Plugin {
  const volumes = directories.map((path, i) => ({ name: `${name}-${i}`, path }));
  return definePlugin({
    name,
    core: '*',
    // It has no keys.
    configSchema: connectionConfigSchema.pick({}),
    apply({ hooks }) {
      hooks.buildContainer.tap(name, (container) => {
        if (container.role !== 'helper') return;
        for (const volume of volumes) {
          container.addMount({ name: volume.name, mountPath: volume.path, readOnly: true }, cause);
        }
      });
      hooks.buildPod.tap(name, (draft) => {
        for (const volume of volumes) {
          draft.addVolume({ name: volume.name, hostPath: { path: volume.path, type: 'Directory' } }, cause);
        }
      });
    },
  });
}
