/**
 * Keys of GitLab Runner that podwright does not have: those of later versions than 13.11, of other executors, and of the
 * parts of GitLab Runner that podwright does without. Facts from GitLab Runner's documentation, "Advanced configuration"
 * and "Kubernetes executor", as of 19.x.
 */

/** A key of GitLab Runner that podwright does not have. */
export interface GitlabRunnerKey {
  /** Version that it came with; absent where the documentation does not say. */
  readonly since?: string;
  /** What becomes of jobs without it: an error when they would run differently, else a notice, or not a word. */
  readonly ignored: 'changes jobs' | 'harmless' | 'no word';
  /** Values that ask for nothing, besides the empty ones. */
  readonly usual?: readonly unknown[];
  /** Whether `false` and 0 ask for something, too. */
  readonly zeroCounts?: boolean;
  /** What there is instead, or why there is nothing; goes on from a semicolon. */
  readonly hint?: string;
}

/** By path below its table, with `[]` for each index. */
export type GitlabRunnerKeys = Readonly<Record<string, GitlabRunnerKey>>;

const matters = (since?: string, more?: Partial<GitlabRunnerKey>): GitlabRunnerKey => ({
  ...(since !== undefined && { since }),
  ignored: 'changes jobs',
  ...more,
});
const harmless = (since?: string, more?: Partial<GitlabRunnerKey>): GitlabRunnerKey => ({
  ...matters(since, more),
  ignored: 'harmless',
});
const otherExecutor = harmless(undefined, { hint: 'it is for another executor' });
const formerGracePeriod = { zeroCounts: true, hint: 'it has terminationGracePeriodSeconds' };

/** Outside of `[[runners]]`. */
export const globalKeys: GitlabRunnerKeys = {
  connection_max_age: harmless(undefined, { usual: ['15m', '15m0s'] }),
  experimental: harmless(),
  machine: harmless('18.10', { hint: 'it is for another executor' }),
  metrics_server: harmless(undefined, { hint: 'listen_address has its place' }),
  session_server: harmless(undefined, { usual: [{ session_timeout: 1800 }], hint: 'there are no web terminals' }),
};

const assumedRole = { hint: 'the AWS SDK assumes roles that a profile of its configuration names' };

/** Of `[[runners]]`. */
export const runnerKeys: GitlabRunnerKeys = {
  id: { ignored: 'no word' },
  token_obtained_at: { ignored: 'no word' },
  token_expires_at: harmless(undefined, { hint: 'it does not renew tokens' }),
  autoscaler: otherExecutor,
  custom: otherExecutor,
  docker: otherExecutor,
  instance: otherExecutor,
  machine: otherExecutor,
  parallels: otherExecutor,
  ssh: otherExecutor,
  virtualbox: otherExecutor,
  clean_git_config: matters(undefined, { zeroCounts: true }),
  'cache.s3.AssumeRoleMaxConcurrency': harmless(),
  'cache.s3.RoleARN': matters(undefined, assumedRole),
  'cache.s3.UploadRoleARN': matters(undefined, assumedRole),
  experimental: harmless(),
  get_sources_timeout: matters(),
  job_status_final_update_retry_limit: harmless(),
  monitoring: harmless(),
  post_clone_script: matters(),
  prepare_timeout: matters('19.0', { hint: 'it has poll_timeout' }),
  referees: harmless(),
  strict_check_interval: harmless(),
  unhealthy_interval: harmless(),
  unhealthy_requests_limit: harmless(),
};

/** Of `[runners.kubernetes]`. */
export const kubernetesKeys: GitlabRunnerKeys = {
  allowed_groups: matters('18.4'),
  allowed_images: matters('14.2'),
  allowed_pull_policies: matters('15.2'),
  allowed_services: matters('14.2'),
  allowed_users: matters('18.4'),
  automount_service_account_token: matters(undefined, { zeroCounts: true }),
  autoscaler: harmless('18.11'),
  build_container_security_context: matters('14.5'),
  cleanup_grace_period_seconds: matters('14.5', formerGracePeriod),
  cleanup_resources_timeout: harmless('16.4'),
  container_lifecycle: matters('14.2'),
  context: matters(),
  helper_container_security_context: matters('14.5'),
  helper_image_autoset_arch_and_os: matters('16.5', { hint: 'it has helper_image' }),
  helper_image_flavor: matters('14.0', { usual: ['alpine'], hint: 'it has helper_image' }),
  init_permissions_container_security_context: harmless('15.2', { hint: 'there is no such container' }),
  logs_base_dir: harmless('17.2'),
  namespace_per_job: matters(),
  node_selector_overwrite_allowed: matters('15.6'),
  node_tolerations_overwrite_allowed: matters('16.9'),
  pod_cpu_limit: matters('18.10'),
  pod_cpu_limit_overwrite_max_allowed: matters('18.10'),
  pod_cpu_request: matters('18.10'),
  pod_cpu_request_overwrite_max_allowed: matters('18.10'),
  pod_disruption_budget: matters('18.11'),
  pod_labels_overwrite_allowed: matters('15.1'),
  pod_memory_limit: matters('18.10'),
  pod_memory_limit_overwrite_max_allowed: matters('18.10'),
  pod_memory_request: matters('18.10'),
  pod_memory_request_overwrite_max_allowed: matters('18.10'),
  pod_spec: matters('15.10'),
  pod_termination_grace_period_seconds: matters('14.5', formerGracePeriod),
  print_pod_warning_events: harmless('18.0', { usual: [true], zeroCounts: true }),
  priority_class_name: matters('15.1'),
  resource_availability_check_max_attempts: harmless('15.0'),
  retry_backoff_max: harmless(),
  retry_limit: harmless(),
  retry_limits: harmless(),
  runtime_class_name: matters('14.9'),
  scheduler_name: matters('15.5'),
  scripts_base_dir: harmless('17.2'),
  service_container_security_context: matters('14.5'),
  use_service_account_image_pull_secrets: matters(),
  'pod_security_context.app_armor_profile': matters('18.11'),
  'pod_security_context.seccomp_profile': matters('18.11'),
  'pod_security_context.selinux_type': matters('15.3'),
  'services[].environment': matters('15.10'),
  'volumes.empty_dir[].mount_propagation': matters('17.2'),
  'volumes.empty_dir[].size_limit': matters('16.6'),
  'volumes.host_path[].mount_propagation': matters('17.2'),
  'volumes.nfs': matters('19.0'),
  'volumes.pvc[].mount_propagation': matters('17.2'),
};

/** What `executor` may be in GitLab Runner, besides `kubernetes`. */
export const otherExecutors: readonly string[] = [
  'custom',
  'docker',
  'docker+machine',
  'docker-autoscaler',
  'docker-ssh',
  'docker-ssh+machine',
  'docker-windows',
  'instance',
  'parallels',
  'shell',
  'ssh',
  'virtualbox',
];
