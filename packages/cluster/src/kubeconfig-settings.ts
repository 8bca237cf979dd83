import type { FileOrData, ServerSettings, UserSettings } from './access.ts';
import type { KubeconfigCluster, KubeconfigUser } from './kubeconfig.ts';

/** How a kubeconfig's cluster is reached. */
export function serverSettings(cluster: KubeconfigCluster): ServerSettings {
  const ca = fileOrData(cluster['certificate-authority'], cluster['certificate-authority-data']);
  const { 'tls-server-name': servername = '', 'proxy-url': proxy = '' } = cluster;
  return {
    url: cluster.server,
    ...(ca === undefined ? {} : { ca }),
    ...(servername === '' ? {} : { servername }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { insecure: true } : {}),
    ...(proxy === '' ? {} : { proxy }),
  };
}

/** Who a kubeconfig's user is. */
export function userSettings(user: KubeconfigUser): UserSettings {
  const cert = fileOrData(user['client-certificate'], user['client-certificate-data']);
  const key = fileOrData(user['client-key'], user['client-key-data']);
  const { token = '', tokenFile = '', username = '', password = '', 'auth-provider': authProvider } = user;
  const impersonate = {
    ...(user.as === undefined ? {} : { 'impersonate-user': user.as }),
    ...(user['as-uid'] === undefined ? {} : { 'impersonate-uid': user['as-uid'] }),
    ...(user['as-groups'] === undefined ? {} : { 'impersonate-group': user['as-groups'] }),
  };
  return {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(token === '' ? {} : { token }),
    ...(tokenFile === '' ? {} : { tokenFile }),
    ...(username === '' ? {} : { username, password }),
    ...(Object.keys(impersonate).length === 0 ? {} : { impersonate }),
    ...(authProvider === undefined ? {} : { authProvider }),
    ...(user.exec === undefined ? {} : { exec: withExecInfo(user.exec) }),
  };
}

/** The data counts more than the file, as in client-go. */
function fileOrData(file: string | undefined, data: string | undefined): FileOrData | undefined {
  if (data !== undefined && data !== '') return { data };
  return file === undefined || file === '' ? undefined : { file };
}

/** client-node does not tell exec plugins which version of their protocol is spoken; some insist. */
function withExecInfo(exec: NonNullable<KubeconfigUser['exec']>): object {
  const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  return { ...exec, env: [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] };
}
