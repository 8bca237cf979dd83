import { compilePattern, readOverwrite, type Overwrite, type OverwriteMatch, type Variables } from '@podwright/core';
import { isBearerToken, notABearerToken } from './bearer-token.ts';
import type { IdentityConfig } from './config.ts';
import { namespaceField, serviceAccountField, type NameField } from './name-fields.ts';

/** The variable with a job's own token. */
export const bearerTokenVariable = 'KUBERNETES_BEARER_TOKEN';

/** What a job's overwrite variables come to. */
export interface Overwrites {
  /** Undefined: as configured; so are the others. */
  readonly namespace: string | undefined;
  readonly serviceAccount: string | undefined;
  readonly bearerToken: string | undefined;
  /** What was applied, for the trace. */
  readonly applied: readonly string[];
  /** What the configuration does not allow, for the trace. */
  readonly ignored: readonly string[];
  /** Why the job cannot run; one sentence each, without a full stop. */
  readonly problems: readonly string[];
}

/** What became of one variable: applied, ignored or refused, in words; empty when there is no such variable. */
interface Verdict {
  readonly value?: string;
  readonly applied?: string;
  readonly ignored?: string;
  readonly problem?: string;
}

const absent: Verdict = Object.freeze({});

/** Makes the reader for one configuration, whose patterns it compiles. An empty variable overwrites nothing. */
export function overwritesReader(config: IdentityConfig, match: OverwriteMatch): (variables: Variables) => Overwrites {
  const judgeNamespace = nameJudge(namespaceField, config, match);
  const judgeServiceAccount = nameJudge(serviceAccountField, config, match);
  return (variables) => {
    const namespace = judgeNamespace(readOverwrite(variables, namespaceField.variable));
    const serviceAccount = judgeServiceAccount(readOverwrite(variables, serviceAccountField.variable));
    const bearerToken = judgeToken(readOverwrite(variables, bearerTokenVariable), config);
    const all = [namespace, serviceAccount, bearerToken];
    return {
      namespace: namespace.value,
      serviceAccount: serviceAccount.value,
      bearerToken: bearerToken.value,
      applied: all.flatMap(({ applied }) => applied ?? []),
      ignored: all.flatMap(({ ignored }) => ignored ?? []),
      problems: all.flatMap(({ problem }) => problem ?? []),
    };
  };
}

function nameJudge(
  { key, allowedKey, variable, isName, form }: NameField,
  config: IdentityConfig,
  match: OverwriteMatch,
): (overwrite: Overwrite | undefined) => Verdict {
  const pattern = config[allowedKey];
  const matches = compilePattern(pattern, match);
  return (overwrite) => {
    if (overwrite === undefined) return absent;
    const { text } = overwrite;
    const shown = JSON.stringify(overwrite.shown);
    if (pattern === '') {
      return { ignored: `${variable} ${shown} is ignored: ${allowedKey} is not set in this runner's configuration` };
    }
    if (!isName(text)) return { problem: `${variable}: ${shown} ${form}` };
    if (matches(text)) return { value: text, applied: `${key} is ${shown}, set by ${variable}` };
    const allowed = `this runner allows only what matches ${JSON.stringify(pattern)} (${allowedKey})`;
    return { problem: `${variable} is ${shown}, but ${allowed}` };
  };
}

/** Nothing of a token is ever shown. The content of a file variable ends with a newline, which does not belong to it. */
function judgeToken(overwrite: Overwrite | undefined, config: IdentityConfig): Verdict {
  const token = overwrite?.text.trim() ?? '';
  if (token === '') return absent;
  if (!config.bearer_token_overwrite_allowed) {
    const why = "bearer_token_overwrite_allowed is not true in this runner's configuration";
    return { ignored: `${bearerTokenVariable} is ignored: ${why}` };
  }
  if (!isBearerToken(token)) return { problem: `${bearerTokenVariable} ${notABearerToken}` };
  return { value: token, applied: `the token for the Kubernetes API is set by ${bearerTokenVariable}` };
}
