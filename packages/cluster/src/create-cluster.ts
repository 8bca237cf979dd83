import { ConnectionLostError, type Cluster, type Pod } from '@podwright/core';
import { createClient, type ClusterClient } from './cluster-client.ts';
import type { Connection } from './connection.ts';
import type { Right } from './is-allowed.ts';
import type { PodQuery } from './list-pods.ts';
import { Leases, type Lease } from './leases.ts';
import type { RequestInfo } from './request-info.ts';
import { defaultTiming, type ClusterTiming } from './timing.ts';

export interface ClusterOptions {
  /** Told each try of a request, for counting; must not throw. */
  readonly onRequest?: (info: RequestInfo) => void;
  /** Replaces single values of `defaultTiming`. */
  readonly timing?: Partial<ClusterTiming>;
}

/** A cluster that holds connections until it is closed. */
export interface ConnectedCluster extends Cluster {
  /** The Pods that are there now. @throws ClusterApiError or ConnectionLostError, as all methods do */
  listPods(query: PodQuery, signal: AbortSignal): Promise<Pod[]>;
  /** Whether the credentials may do something (SelfSubjectAccessReview). */
  isAllowed(right: Right, signal: AbortSignal): Promise<boolean>;
  /**
   * Ends all watches and requests, those with other tokens too; whoever waits for one gets a `ConnectionLostError`.
   * Execs end by their own signal.
   */
  close(): Promise<void>;
}

/**
 * The `Cluster` of core on a real Kubernetes API (1.20 and later). Connects when it is first used; watches are shared
 * by all jobs of a namespace that use the same credentials. Make one for each connection and use it for all jobs.
 */
export function createCluster(connection: Connection, options: ClusterOptions = {}): ConnectedCluster {
  const timing = { ...defaultTiming, ...options.timing };
  const onRequest = options.onRequest ?? (() => undefined);
  const own = createClient({ connection, timing, onRequest });
  const others = new Leases(
    (token) => createClient({ connection: connection.withToken(token), timing, onRequest }),
    timing.linger,
  );
  let closed = false;

  const withToken = (token: string): Cluster => ({
    ...leased(() => {
      if (closed) throw new ConnectionLostError('the connection to the cluster was closed');
      return others.take(token);
    }),
    withToken,
  });

  return {
    ...own,
    withToken,
    async close() {
      closed = true;
      await Promise.all([own.close(), others.close()]);
    },
  };
}

/** A client that is taken for each call and given back after it; after `close` in the case of a watch. */
function leased(take: () => Lease<ClusterClient>): Omit<Cluster, 'withToken'> {
  const during = async <T>(work: (client: ClusterClient) => Promise<T>): Promise<T> => {
    const { value, release } = take();
    try {
      return await work(value);
    } finally {
      release();
    }
  };
  return {
    createPod: async (pod, signal) => during(async (client) => client.createPod(pod, signal)),
    createSecret: async (secret, signal) => during(async (client) => client.createSecret(secret, signal)),
    createService: async (service, signal) => during(async (client) => client.createService(service, signal)),
    deletePod: async (...target) => during(async (client) => client.deletePod(...target)),
    exec: async (...what) => during(async (client) => client.exec(...what)),
    podWarnings: async (...target) => during(async (client) => client.podWarnings(...target)),
    async watchPod(...what) {
      const { value, release } = take();
      try {
        const watch = await value.watchPod(...what);
        return {
          close() {
            watch.close();
            release();
          },
        };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}
