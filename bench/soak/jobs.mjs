/**
 * Kinds of jobs: what is handed out, and what is wrong with how one ended. `needsScripts`: not for Pods that are only played.
 * A job whose Pod was deleted under it may also end as `runner_system_failure`.
 */
export const kinds = [
  { ...kind('success', ['echo fine', 'sleep 1'], { status: 'success' }), needsScripts: false },
  kind('failure', ['echo bad', 'exit 7'], { status: 'failed', reason: 'script_failure', exitCode: 7 }),
  kind(
    'timeout',
    ['sleep 600'],
    { status: 'failed', reason: 'job_execution_timeout' },
    { runner_info: { timeout: 15 } },
  ),
  kind('large log', ['head -c 6000000 /dev/urandom | base64'], { status: 'success' }),
  {
    ...kind('cancel', [`echo 'be''gun'`, 'while sleep 0.5; do echo again; done'], { status: 'canceled' }),
    cancelAfter: '\nbegun',
  },
];

function kind(name, script, wanted, more = {}) {
  return {
    name,
    more: { ...more, steps: [{ name: 'script', script }] },
    needsScripts: true,
    problem: (ended) => problem(ended, wanted),
  };
}

function problem(ended, wanted) {
  if (!ended.isWhole) return 'has a log that is not as it was told';
  if (ended.podDeleted && ended.reason === 'runner_system_failure') return undefined;
  for (const [key, value] of Object.entries(wanted)) {
    if (ended[key] !== value) return `has ${key} ${ended[key]} (${ended.reason}), not ${value}`;
  }
  return undefined;
}
