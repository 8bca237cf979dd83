import type { FlagKind, RegistrationFlag } from './flag.ts';

const containers = [
  { prefix: '', name: 'the build container' },
  { prefix: 'service_', name: 'each service container' },
  { prefix: 'helper_', name: 'the helper container' },
];
const resources = [
  { key: 'cpu', name: 'CPU' },
  { key: 'memory', name: 'memory' },
  { key: 'ephemeral_storage', name: 'ephemeral storage' },
];

/** The flags of 13.11 for keys of `[runners.kubernetes]`. Tables of tables have none. */
export const kubernetesFlags: readonly RegistrationFlag[] = [
  flag('host', 'text', 'URL of the Kubernetes API'),
  flag('cert_file', 'file', 'client certificate (PEM) for the Kubernetes API'),
  flag('key_file', 'file', 'key of the client certificate (PEM)'),
  flag('ca_file', 'file', 'CA certificates (PEM) of the Kubernetes API'),
  { ...flag('bearer_token', 'text', 'token for the Kubernetes API', '--kubernetes-bearer_token'), isSecret: true },
  underscored('bearer_token_overwrite_allowed', 'boolean', 'whether jobs may bring a token of their own'),
  flag('namespace', 'text', 'namespace of the Pods'),
  underscored('namespace_overwrite_allowed', 'text', 'pattern of the namespaces that jobs may choose'),
  flag('service_account', 'text', 'service account of the Pods'),
  underscored('service_account_overwrite_allowed', 'text', 'pattern of the service accounts that jobs may choose'),
  flag('image', 'text', 'image of jobs that name none'),
  flag('helper_image', 'text', 'image of the helper container'),
  flag('pull_policy', 'texts', 'pull policy; further ones are tried in their order'),
  flag('image_pull_secrets', 'texts', 'Secret with registry credentials'),
  flag('privileged', 'boolean', 'whether containers are privileged'),
  flag('allow_privilege_escalation', 'boolean', 'whether processes may gain rights'),
  flag('cap_add', 'texts', 'capability that containers get'),
  flag('cap_drop', 'texts', 'capability that containers lose'),
  security('fs_group', 'number', 'group of the volumes'),
  security('run_as_group', 'number', 'group of all processes'),
  security('run_as_non_root', 'boolean', 'whether containers that run as root are refused'),
  security('run_as_user', 'number', 'user of all processes'),
  withoutEnvironment(security('supplemental_groups', 'numbers', 'further group of all processes')),
  ...containers.flatMap((container) => resources.flatMap((resource) => quantities(container, resource))),
  flag('node_selector', 'table', 'label that nodes must have, label:value'),
  flag('node_tolerations', 'table', 'taint that is tolerated, key=value:effect'),
  flag('dns_policy', 'text', 'where DNS settings come from'),
  withoutEnvironment(flag('pod_labels', 'table', 'label of the Pods, key:value')),
  withoutEnvironment(flag('pod_annotations', 'table', 'annotation of the Pods, key:value')),
  underscored('pod_annotations_overwrite_allowed', 'text', 'pattern of the annotations that jobs may set'),
  flag('poll_interval', 'number', 'no effect, nothing polls'),
  flag('poll_timeout', 'number', 'seconds a Pod may take to start'),
  flag(
    'terminationGracePeriodSeconds',
    'number',
    'seconds between the polite and the hard stop of a Pod',
    '--kubernetes-terminationGracePeriodSeconds',
  ),
];

function flag(
  key: string,
  kind: FlagKind,
  description: string,
  spelled = `--kubernetes-${key.replaceAll('_', '-')}`,
): RegistrationFlag & { readonly env: string } {
  const env = `KUBERNETES_${key.toUpperCase()}`;
  return { flag: spelled, env, kind, path: ['kubernetes', key], description };
}

/** GitLab Runner's own spelling, which is as the key's. */
function underscored(key: string, kind: FlagKind, description: string): RegistrationFlag {
  return flag(key, kind, description, `--kubernetes-${key}`);
}

function security(key: string, kind: FlagKind, description: string): RegistrationFlag {
  const named = flag(`pod_security_context_${key}`, kind, description);
  return { ...named, path: ['kubernetes', 'pod_security_context', key] };
}

function withoutEnvironment({ flag: name, kind, path = [], description }: RegistrationFlag): RegistrationFlag {
  return { flag: name, kind, path, description };
}

function quantities(container: (typeof containers)[number], resource: (typeof resources)[number]): RegistrationFlag[] {
  return ['limit', 'request'].flatMap((bound) => {
    const key = `${container.prefix}${resource.key}_${bound}`;
    const what = `${bound} of ${resource.name} for ${container.name}`;
    return [
      flag(key, 'text', what, spelledQuantity(key)),
      flag(
        `${key}_overwrite_max_allowed`,
        'text',
        `largest ${what} that jobs may choose`,
        spelledQuantity(`${key}_overwrite_max_allowed`),
      ),
    ];
  });
}

/** GitLab Runner has the underscore of `ephemeral_storage` in the flags of helper and services, not in those of the build. */
function spelledQuantity(key: string): string {
  const dashed = key.replaceAll('_', '-');
  const isBuild = !key.startsWith('helper_') && !key.startsWith('service_');
  return `--kubernetes-${isBuild ? dashed : dashed.replace('ephemeral-storage', 'ephemeral_storage')}`;
}
