import { toProblems } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';

describe('configSchema', () => {
  it('has a default for each key', () => {
    expect(configSchema.parse({})).toEqual({
      namespace: '',
      namespace_overwrite_allowed: '',
      service_account: '',
      service_account_overwrite_allowed: '',
      bearer_token: '',
      bearer_token_overwrite_allowed: false,
    });
  });

  it('takes what is well-formed as it is', () => {
    const config = {
      namespace: 'gitlab',
      namespace_overwrite_allowed: 'ci-.*',
      service_account: 'ci.builder',
      service_account_overwrite_allowed: '^(a|b)$',
      bearer_token: 'a.b-c_d~+/=',
      bearer_token_overwrite_allowed: true,
    };
    expect(configSchema.parse(config)).toEqual(config);
  });

  it('refuses names that Kubernetes would refuse, and patterns that are none, all at once', () => {
    expect(
      problems({
        namespace: 'CI',
        service_account: 'ci_builder',
        namespace_overwrite_allowed: 'ci-(',
        service_account_overwrite_allowed: '(?=a)',
      }),
    ).toEqual([
      'namespace: "CI" is no name of a namespace: write at most 63 of a-z 0-9 -, with a letter or digit at both ends',
      expect.stringContaining('namespace_overwrite_allowed: "ci-(" is no pattern'),
      'service_account: "ci_builder" is no name of a service account: write at most 253 of a-z 0-9 - and dots, with a letter or digit at both ends and around dots',
      expect.stringContaining('service_account_overwrite_allowed: "(?=a)" is no pattern'),
    ]);
  });

  it('takes a token without the white space around it', () => {
    expect(configSchema.parse({ bearer_token: ' t0ken\n' }).bearer_token).toBe('t0ken');
  });

  it.each(['hunter2\nhunter3', 'hunter2 hunter3', 'hunter2\u0000', 'hunter2ü'])(
    'refuses the token %j without showing it',
    (token) => {
      const [problem, ...more] = problems({ bearer_token: token });
      expect(more).toEqual([]);
      expect(problem).toMatch(/^bearer_token: cannot stand in an HTTP header: .* \(it is not shown here\)$/);
      expect(problem).not.toContain('hunter');
    },
  );

  it('refuses a pattern where yes or no is asked for', () => {
    expect(problems({ bearer_token_overwrite_allowed: '.*' })).toEqual([
      'bearer_token_overwrite_allowed: expected boolean, received string',
    ]);
  });
});

function problems(config: object): string[] {
  const parsed = configSchema.safeParse(config);
  return parsed.success ? [] : toProblems(parsed.error, '').map(({ path, message }) => `${path}: ${message}`);
}
