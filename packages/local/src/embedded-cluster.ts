import { randomBytes } from 'node:crypto';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { Api } from './api/api.ts';
import { Deletion } from './api/deletion.ts';
import { EventRecorder } from './api/event-recorder.ts';
import { Faults, type NodeFaults } from './api/faults.ts';
import { ApiServer } from './api/http/api-server.ts';
import { writeKubeconfig, type KubeconfigFile } from './api/http/kubeconfig-file.ts';
import { LoopbackListener } from './api/http/loopback-listener.ts';
import { selfSignedCertificate } from './api/http/tls-certificate.ts';
import { addNamespace, addServiceAccount } from './api/namespace-setup.ts';
import { NodeBridge } from './api/node-bridge.ts';
import { RequestCounter } from './api/request-counter.ts';
import { namespaces, pods, resources } from './api/resources/resources.ts';
import { Store } from './api/store.ts';
import { WatchHub } from './api/watch-hub.ts';
import type { Node, NodeApi } from './node.ts';

export interface EmbeddedClusterOptions<N extends Node> {
  /** Makes the node that runs the Pods; called once, before any request is taken. */
  readonly node: (api: NodeApi, faults: NodeFaults) => N;
  /** TCP port on 127.0.0.1; default 0: any that is free. */
  readonly port?: number;
  /** How many changes of each kind of object a watch may lie behind before it is answered with 410; default 2048. */
  readonly historyLimit?: number;
}

/** A Kubernetes API in this process, on the loopback interface. */
export interface EmbeddedCluster<N extends Node = Node> {
  /** `http://127.0.0.1:PORT`. The same port takes HTTPS, with the certificate that the kubeconfig names. */
  readonly url: string;
  /** The bearer token that every request must carry. Secret: it allows to run programs as this user. */
  readonly token: string;
  /** A kubeconfig for it, over HTTPS, readable by this user only; removed by `close`. */
  readonly kubeconfigPath: string;
  /** Makes the API misbehave. */
  readonly faults: Faults;
  readonly node: N;
  /** What was asked of the API so far. */
  readonly requests: RequestCounter;
  /** Cuts all connections, stops the node, and removes the kubeconfig. Idempotent. */
  close(): Promise<void>;
}

const defaultHistoryLimit = 2048;

/**
 * Starts an embedded cluster with one node and the namespace `default`.
 * @throws Error when the port cannot be bound, or the kubeconfig not be written
 */
export async function startEmbeddedCluster<N extends Node>(
  options: EmbeddedClusterOptions<N>,
): Promise<EmbeddedCluster<N>> {
  const token = randomBytes(32).toString('base64url');
  const certificate = selfSignedCertificate();
  const { node, hub, faults, requests, server, listener } = assemble(options, token, certificate);
  let kubeconfig: KubeconfigFile | undefined;
  const stop = async (): Promise<void> => {
    server.execs.drop();
    await listener.close();
    hub.close();
    await node.close();
    await kubeconfig?.remove();
  };
  const port = await orStop(stop, listener.listen(options.port ?? 0));
  const written = writeKubeconfig(`https://127.0.0.1:${port}`, certificate.certificate, token);
  kubeconfig = await orStop(stop, written);
  let stopped: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    kubeconfigPath: kubeconfig.path,
    faults,
    node,
    requests,
    close: () => (stopped ??= stop()),
  };
}

async function orStop<T>(stop: () => Promise<void>, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    await stop();
    throw error;
  }
}

function assemble<N extends Node>(
  options: EmbeddedClusterOptions<N>,
  token: string,
  certificate: { readonly certificate: string; readonly key: string },
) {
  const store = new Store(options.historyLimit ?? defaultHistoryLimit);
  const hub = new WatchHub(store);
  const deletion = new Deletion(store, () => node);
  const recorder = new EventRecorder(store, 'kubelet', 'local');
  const faults: Faults = new Faults({
    dropWatches: () => server.watches.drop(),
    dropExecs: () => server.execs.drop(),
    dropConnections: () => listener.dropConnections(),
    expireWatches: () => server.watches.expire(),
    forgetHistory: () => resources.forEach((resource) => store.history(resource).forget(store.version)),
  });
  const node = options.node(new NodeBridge(store, deletion, recorder), faults);
  const requests = new RequestCounter();
  const server: ApiServer = new ApiServer({ api: new Api(store, deletion), hub, node, faults, requests, token });
  const listener = new LoopbackListener(certificate, {
    request: (request, response) => void server.request(request, response),
    upgrade: (request, socket, head) => void server.upgrade(request, socket, head),
  });
  store.onChange(({ type, resource, object }) => {
    if (type !== 'ADDED') return;
    // One without a living owner is gone again already.
    if (resource === pods && store.byUid(object.metadata.uid) !== undefined) node.podAdded(object as Pod);
    if (resource === namespaces) addServiceAccount(store, object.metadata.name);
  });
  addNamespace(store, 'default');
  return { node, hub, faults, requests, server, listener };
}
