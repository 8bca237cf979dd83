import type { Right } from '@podwright/cluster';
import type { Logger } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { tellMissingRights } from './missing-rights.ts';

const plugins = [
  { name: 'images', rbac: [{ apiGroup: '', resource: 'secrets', verbs: ['create'] }] },
  { name: 'budget', rbac: [{ apiGroup: 'policy', resource: 'poddisruptionbudgets', verbs: ['create', 'get'] }] },
];

/** What is said when the cluster answers so. */
async function said(isAllowed: (right: Right) => boolean | Promise<boolean>, signal = new AbortController().signal) {
  const lines: string[] = [];
  const asked: string[] = [];
  const line = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: line, info: line, warn: line, error: line, child: () => logger };
  const cluster = {
    isAllowed: async (right: Right) => {
      asked.push(`${right.verb} ${right.resource}`);
      return isAllowed(right);
    },
  };
  await tellMissingRights({ cluster, namespace: 'ci', plugins }, logger, signal);
  return { lines, asked };
}

describe('missing rights', () => {
  it('are not spoken of when there are none; each is asked for once', async () => {
    const { lines, asked } = await said(() => true);
    expect(lines).toEqual([]);
    expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
    expect(asked).toEqual(expect.arrayContaining(['list pods', 'get pods/exec', 'create secrets']));
  });

  it('are told all at once, as rules of a Role', async () => {
    const granted = new Set(['create pods', 'get pods', 'watch pods', 'list pods', 'get pods/exec', 'get secrets']);
    const { lines } = await said(({ verb, resource }) => granted.has(`${verb} ${resource}`));
    expect(lines).toEqual([
      'the runner lacks rights in its namespace; add to the rules of its Role: ' +
        '{"apiGroups":[""],"resources":["pods"],"verbs":["delete"]}, ' +
        '{"apiGroups":[""],"resources":["pods/exec"],"verbs":["create"]}, ' +
        '{"apiGroups":[""],"resources":["secrets"],"verbs":["create"]}, ' +
        '{"apiGroups":[""],"resources":["events"],"verbs":["list","watch"]}, ' +
        '{"apiGroups":["policy"],"resources":["poddisruptionbudgets"],"verbs":["create","get"]} (for the plugin budget) ' +
        '{"namespace":"ci"}',
    ]);
  });

  it('may be unknown, which is said unless the runner has ended', async () => {
    const refuse = (): boolean => {
      throw new Error('forbidden');
    };
    expect((await said(refuse)).lines).toEqual([
      'the rights of the runner could not be looked at {"namespace":"ci","error":"forbidden"}',
    ]);
    expect((await said(refuse, AbortSignal.abort())).lines).toEqual([]);
  });
});
