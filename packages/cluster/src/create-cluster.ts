import type { Cluster, ExecOptions, ExecTarget, Pod } from '@podwright/core';
import { ApiClient } from './api-client.ts';
import type { Connection } from './connection.ts';
import { createObject } from './create-object.ts';
import { runExec } from './exec-session.ts';
import { NamespaceWatch } from './namespace-watch.ts';
import { openExec, whatOfExec } from './open-exec.ts';
import { unwrap } from './outcome.ts';
import { podWarnings } from './pod-warnings.ts';
import { repeat } from './repeat.ts';
import type { RequestInfo } from './request-info.ts';
import { StartedWatch } from './started-watch.ts';
import { defaultTiming, type ClusterTiming } from './timing.ts';

export interface ClusterOptions {
  /** Told each try of a request, for counting; must not throw. */
  readonly onRequest?: (info: RequestInfo) => void;
  /** Replaces single values of `defaultTiming`. */
  readonly timing?: Partial<ClusterTiming>;
}

/** A cluster that holds connections until it is closed. */
export interface ConnectedCluster extends Cluster {
  /** Ends all watches and requests; whoever waits for one gets a `ConnectionLostError`. Execs end by their own signal. */
  close(): Promise<void>;
}

/**
 * The `Cluster` of core on a real Kubernetes API (1.20 and later). Connects when it is first used; shares one watch of
 * Pods, and one of the kubelets' events, among all jobs of a namespace. Make one for each connection and use it for all jobs.
 */
export function createCluster(connection: Connection, options: ClusterOptions = {}): ConnectedCluster {
  const timing = { ...defaultTiming, ...options.timing };
  const onRequest = options.onRequest ?? (() => undefined);
  const api = new ApiClient({ connection, timing, onRequest });
  const watches = new Map<string, NamespaceWatch>();

  const watchOf = (namespace: string): NamespaceWatch => {
    const known = watches.get(namespace);
    if (known !== undefined) return known;
    const watch = new NamespaceWatch({ api, namespace, timing, onEnd: () => watches.delete(namespace) });
    watches.set(namespace, watch);
    return watch;
  };

  const hints = new Map<string, StartedWatch>();
  const hintsOf = (namespace: string): StartedWatch => {
    const known = hints.get(namespace);
    if (known !== undefined) return known;
    const watch = new StartedWatch({ api, namespace, timing, onEnd: () => hints.delete(namespace) });
    hints.set(namespace, watch);
    return watch;
  };

  return {
    async createPod(pod, signal) {
      const created = await createObject<Pod>(api, 'pods', pod, timing, signal);
      watches.get(pod.metadata?.namespace ?? '')?.noteCreated(created);
      return created;
    },
    createSecret: async (secret, signal) => createObject(api, 'secrets', secret, timing, signal),
    async deletePod(namespace, name, signal) {
      const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
      const request = { verb: 'delete', resource: 'pods', namespace, name, body } as const;
      const outcome = await repeat('delete', () => api.send(request, signal), timing, signal);
      const gone = outcome.kind === 'refused' && outcome.error.status === 404;
      if (!gone) unwrap(outcome);
    },
    async watchPod(namespace, name, listener, signal) {
      const stopHints = hintsOf(namespace).listen(name, (container) => listener.onStarted?.(container));
      try {
        const watch = await watchOf(namespace).add(name, listener, signal);
        return {
          close() {
            stopHints();
            watch.close();
          },
        };
      } catch (error) {
        stopHints();
        throw error;
      }
    },
    exec: async (target, command, execOptions) => exec({ connection, timing, onRequest }, target, command, execOptions),
    podWarnings: async (namespace, name, signal) => podWarnings(api, namespace, name, timing, signal),
    async close() {
      for (const watch of [...watches.values(), ...hints.values()]) watch.close();
      await api.close();
    },
  };
}

interface ExecDeps {
  readonly connection: Connection;
  readonly timing: ClusterTiming;
  readonly onRequest: (info: RequestInfo) => void;
}

async function exec(
  { connection, timing, onRequest }: ExecDeps,
  target: ExecTarget,
  command: readonly string[],
  options: ExecOptions,
): Promise<number> {
  const stderr = options.onStderr !== undefined;
  // The API refuses an exec without any stream.
  const request = { target, command, stdout: options.onStdout !== undefined || !stderr, stderr };
  const outcome = await repeat(
    'exec',
    async () => {
      const tried = await openExec(connection, request, timing.execOpen, options.signal);
      const status = tried.kind === 'refused' ? { status: tried.error.status } : undefined;
      onRequest({ verb: 'exec', resource: 'pods/exec', ...(tried.kind === 'answered' ? { status: 101 } : status) });
      return tried;
    },
    timing,
    options.signal,
  );
  return runExec({ ws: unwrap(outcome), what: whatOfExec(target), options, timing });
}
