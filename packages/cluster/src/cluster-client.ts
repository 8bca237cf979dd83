import type { Cluster, ExecOptions, ExecTarget, Pod } from '@podwright/core';
import { ApiClient } from './api-client.ts';
import type { Connection } from './connection.ts';
import { createObject } from './create-object.ts';
import { runExec } from './exec-session.ts';
import { EventWatch } from './event-watch.ts';
import { isAllowed, type Right } from './is-allowed.ts';
import { listPods, type PodQuery } from './list-pods.ts';
import { NamespaceWatch } from './namespace-watch.ts';
import { openExec, whatOfExec } from './open-exec.ts';
import { unwrap } from './outcome.ts';
import { PerNamespace } from './per-namespace.ts';
import { podWarnings } from './pod-warnings.ts';
import { repeat } from './repeat.ts';
import type { RequestInfo } from './request-info.ts';
import type { ClusterTiming } from './timing.ts';

/** A cluster as it is seen with one set of credentials. */
export interface ClusterClient extends Omit<Cluster, 'withToken'> {
  listPods(query: PodQuery, signal: AbortSignal): Promise<Pod[]>;
  isAllowed(right: Right, signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

interface Deps {
  readonly connection: Connection;
  readonly timing: ClusterTiming;
  readonly onRequest: (info: RequestInfo) => void;
}

/** Connects when it is first used; shares one watch of Pods, and one of their events, among all jobs of a namespace. */
export function createClient(deps: Deps): ClusterClient {
  const { timing } = deps;
  const api = new ApiClient(deps);
  const watches = new PerNamespace((namespace, onEnd) => new NamespaceWatch({ api, namespace, timing, onEnd }));
  const hints = new PerNamespace((namespace, onEnd) => new EventWatch({ api, namespace, timing, onEnd }));

  return {
    async createPod(pod, signal) {
      const created = await createObject<Pod>(api, 'pods', pod, timing, signal);
      watches.find(pod.metadata?.namespace ?? '')?.noteCreated(created);
      return created;
    },
    createSecret: async (secret, signal) => createObject(api, 'secrets', secret, timing, signal),
    createService: async (service, signal) => createObject(api, 'services', service, timing, signal),
    async deletePod(namespace, name, signal) {
      const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
      const request = { verb: 'delete', resource: 'pods', namespace, name, body } as const;
      const outcome = await repeat('delete', () => api.send(request, signal), timing, signal);
      const gone = outcome.kind === 'refused' && outcome.error.status === 404;
      if (!gone) unwrap(outcome);
    },
    async watchPod(namespace, name, listener, signal) {
      const stopHints = hints.of(namespace).listen(name, listener);
      try {
        const watch = await watches.of(namespace).add(name, listener, signal);
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
    exec: async (target, command, options) => exec(deps, target, command, options),
    podWarnings: async (namespace, name, signal) => podWarnings(api, namespace, name, timing, signal),
    listPods: async (query, signal) => listPods(api, query, timing, signal),
    isAllowed: async (right, signal) => isAllowed(api, right, timing, signal),
    async close() {
      watches.close();
      hints.close();
      await api.close();
    },
  };
}

async function exec(
  { connection, timing, onRequest }: Deps,
  target: ExecTarget,
  command: readonly string[],
  options: ExecOptions,
): Promise<number> {
  const stderr = options.onStderr !== undefined;
  // The API refuses an exec without any stream.
  const stdin = options.stdin !== undefined;
  const request = { target, command, stdin, stdout: options.onStdout !== undefined || !stderr, stderr };
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
