import { shownValue } from '@podwright/core';
import { z } from 'zod';
import { problemOfCapability } from './capability-names.ts';

/** `[runners.kubernetes.pod_security_context]`; what is absent is left to the image and the cluster. */
export interface PodSecurityConfig {
  /** Group that volumes belong to, and that every process is in besides its own. */
  readonly fs_group?: number | undefined;
  /** Group of every process. Needs `run_as_user`. */
  readonly run_as_group?: number | undefined;
  /** Whether containers that would run as root are refused. */
  readonly run_as_non_root?: boolean | undefined;
  /** User of every process. */
  readonly run_as_user?: number | undefined;
  /** Groups that every process is in besides its own. Empty: none. */
  readonly supplemental_groups: readonly number[];
}

/** The plugin's keys of `[runners.kubernetes]`, with defaults filled in. */
export interface SecurityConfig {
  /** Whether build, helper and services have the rights of root on the node. Absent: the field is left out. */
  readonly privileged?: boolean | undefined;
  /** Whether a process may gain more rights than the one that started it. Absent: the cluster decides. */
  readonly allow_privilege_escalation?: boolean | undefined;
  /** Capabilities that containers get besides those of the runtime; no prefix `CAP_`. */
  readonly cap_add: readonly string[];
  /** Capabilities taken away from containers; wins over `cap_add`. */
  readonly cap_drop: readonly string[];
  /** Users and groups of the Pod's processes. */
  readonly pod_security_context: PodSecurityConfig;
}

/** What the API server takes as a user or group. */
const largestId = 2_147_483_647;

const capability = z.string().superRefine((name, context) => {
  const message = problemOfCapability(name);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const podSecurityContext = z.strictObject({
  fs_group: id()
    .optional()
    .describe('Group that the volumes of the Pod belong to; every process is in it. Absent: not set.'),
  run_as_group: id()
    .optional()
    .describe(
      'Group of every process; needs `run_as_user`. Absent: the group that the image gives the user, else root.',
    ),
  run_as_non_root: z
    .boolean()
    .optional()
    .describe('Whether containers that would run as root are not started. Absent: not set.'),
  run_as_user: id().optional().describe('User of every process, as a number. Absent: the user of the image.'),
  supplemental_groups: z
    .array(id())
    .default([])
    .describe('Groups that every process is in, besides its own. Empty: not set.'),
});

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z
  .strictObject({
    privileged: z
      .boolean()
      .optional()
      .describe(
        'Whether build, helper and service containers are privileged: root in them is root on the node. Absent: not set, which means no.',
      ),
    allow_privilege_escalation: z
      .boolean()
      .optional()
      .describe(
        'Whether a process may gain more rights than the one that started it, as with `sudo`. Absent: not set, which means yes.',
      ),
    cap_add: z
      .array(capability)
      .default([])
      .describe('Capabilities that containers get, without the prefix `CAP_`. `ALL` stands for all of them.'),
    cap_drop: z
      .array(capability)
      .default([])
      .describe(
        'Capabilities that are taken away, besides `NET_RAW`; wins over `cap_add`. `ALL` stands for all of them.',
      ),
    pod_security_context: podSecurityContext
      .prefault({})
      .describe('Users and groups of all processes in the Pod. Empty: not set.'),
  })
  .superRefine(({ privileged, allow_privilege_escalation, pod_security_context: pod }, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (allow_privilege_escalation === false && privileged === true) {
      refuse(['allow_privilege_escalation'], 'must not be false when privileged is true');
    }
    if (pod.run_as_non_root === true && pod.run_as_user === 0) {
      refuse(['pod_security_context', 'run_as_user'], 'must not be 0, which is root, when run_as_non_root is true');
    }
    if (pod.run_as_group !== undefined && pod.run_as_user === undefined) {
      refuse(['pod_security_context', 'run_as_group'], 'needs run_as_user: no container starts with a group alone');
    }
  }) satisfies z.ZodType<SecurityConfig>;

/** A number of a user or group. Each zod check has the same message, as each says only a part of it. */
function id() {
  const error = ({ input }: { input?: unknown }) =>
    `${shownValue(input)} must be a whole number from 0 to ${largestId}`;
  return z.int({ error }).min(0, { error }).max(largestId, { error });
}
