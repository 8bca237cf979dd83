import { z } from 'zod';
import { jsonOf } from './answer.ts';
import { RunnerRefusedError } from './errors.ts';
import { knownRunnerOf, type KnownRunner } from './known-runner.ts';
import { refusal } from './refusal.ts';
import type { RunnerInfo } from './runner-info.ts';
import { Transport, type ApiRequest, type GitLabConnection } from './transport.ts';

/** How a runner is to be known. What is absent is GitLab's to choose. */
export interface Registration {
  /** Registration token of an instance, group or project; not the runner's own. */
  readonly token: string;
  readonly info?: RunnerInfo;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** Default: only if there are no tags, for a runner with neither would get no job. */
  readonly runUntagged?: boolean;
  /** Whether it stays with its project; default true. */
  readonly locked?: boolean;
  readonly accessLevel?: 'not_protected' | 'ref_protected';
  /** Seconds; the upper bound of its jobs' timeouts. */
  readonly maximumTimeout?: number;
  /** Whether it gets no jobs until somebody lets it; default false. */
  readonly paused?: boolean;
  /** For administrators; GitLab 15 and later show it. */
  readonly maintenanceNote?: string;
}

/** A runner that is new, with its token. */
export interface RegisteredRunner extends KnownRunner {
  readonly token: string;
}

const registeredSchema = z.object({ token: z.string().min(1) });

/**
 * Makes a runner known to GitLab. Not repeated once it may have been done: that would make two of it.
 * @throws RunnerRefusedError when the registration token is not accepted, or none is; else as the methods of `Coordinator`
 */
export async function register(
  connection: GitLabConnection,
  registration: Registration,
  signal: AbortSignal,
): Promise<RegisteredRunner> {
  const transport = new Transport(connection);
  try {
    const request: ApiRequest = { method: 'POST', path: '/runners', body: bodyOf(registration), idempotent: false };
    const answer = await transport.send(request, signal);
    const what = transport.whatOf(request);
    if (answer.status === 403) {
      throw new RunnerRefusedError(`${what}: the registration token is refused; copy it anew from GitLab`);
    }
    if (answer.status === 410) {
      const hint = 'make the runner in GitLab and register it with the token that is shown there (glrt-…)';
      throw new RunnerRefusedError(`${what}: registration tokens are switched off in this GitLab; ${hint}`);
    }
    const registered = registeredSchema.safeParse(jsonOf(answer));
    if (answer.status !== 201 || !registered.success) throw refusal(what, answer, registration.token);
    return { ...knownRunnerOf(answer), token: registered.data.token };
  } finally {
    await transport.close();
  }
}

function bodyOf({ token, info, description, tags = [], ...rest }: Registration): Record<string, unknown> {
  return {
    token,
    info,
    description,
    tag_list: tags.length === 0 ? undefined : tags.join(','),
    run_untagged: rest.runUntagged ?? tags.length === 0,
    locked: rest.locked ?? true,
    access_level: rest.accessLevel,
    maximum_timeout: rest.maximumTimeout,
    maintenance_note: rest.maintenanceNote,
    // Not its successor `paused`, which GitLab 14.7 and before do not know.
    active: !(rest.paused ?? false),
  };
}
