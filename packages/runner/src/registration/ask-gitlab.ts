import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Coordinator, CoordinatorTiming } from '@podwright/gitlab';
import { connectCoordinator, type GitLabConnectionOptions, type GitLabKeys } from '../daemon/connect-coordinator.ts';
import { systemId } from '../daemon/system-id.ts';
import type { ConfigPlace } from './config-text.ts';
import type { Io } from '../io.ts';

/** Which runner GitLab is asked about. */
export interface Asked {
  readonly runner: GitLabKeys & { readonly token: string };
  readonly systemId: string;
  /** Path of the `config.toml`. */
  readonly file: string;
  /** Of the command: proxies. */
  readonly env: Io['env'];
}

/** Who asks: this machine, for a `config.toml`. */
export async function asker({ path: file }: ConfigPlace, { env }: Pick<Io, 'env'>): Promise<Omit<Asked, 'runner'>> {
  return { systemId: await systemId(dirname(file), hostname()), file, env };
}

/** Somebody waits: it is not tried for as long as a daemon would. */
const commandTiming: Partial<CoordinatorTiming> = { connect: 10_000, request: 30_000, repeat: 5000 };

/** Speaks with the GitLab of a runner, and closes the connection. Parameters and errors are those of `connectCoordinator`. */
export async function withCoordinator<T>(
  { runner, ...asked }: Asked,
  use: (coordinator: Coordinator) => Promise<T>,
): Promise<T> {
  const { coordinator } = await connectCoordinator(runner, { systemId: asked.systemId, ...connectionOptions(asked) });
  try {
    return await use(coordinator);
  } finally {
    await coordinator.close();
  }
}

/** Of a command, for `gitlabConnection`. */
export function connectionOptions({ file, env }: Pick<Asked, 'file' | 'env'>): GitLabConnectionOptions {
  return { file, env, path: 'runners', timing: commandTiming };
}

/** Runs something that Ctrl-C and SIGTERM end. */
export async function interruptible<T>(io: Io, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = io.onInterrupt(() =>
    controller.abort(new Error('interrupted; what GitLab was asked last may have been done')),
  );
  try {
    return await work(controller.signal);
  } finally {
    stop();
  }
}
