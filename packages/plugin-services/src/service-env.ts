import { Variables, type EnvVar, type Variable } from '@podwright/core';

/** The environment of a service's container. */
export interface ServiceEnv {
  /** What may be seen in the Pod. Frozen, as containers share it. */
  readonly env: EnvVar[];
  /** The rest, by name: it belongs into a Secret. */
  readonly secrets: ReadonlyMap<string, string>;
}

const variableName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/** What the name of a variable must be, for messages. */
export const variableNameRule = 'it has letters, digits, "_", "-" and ".", and no digit first';

/** The environment of a service without variables of its own: what the build container has, and what is hidden there. */
export function commonEnv(ofJob: Variables): ServiceEnv {
  const { shown, hidden } = ofJob.environment;
  return { env: shown, secrets: hidden };
}

/**
 * The environment of a service with variables of its own, which win over the job's. References in them are replaced from
 * all of the job's variables, secret ones too: a value into which that brings something that is not public is a secret,
 * and so is a masked variable, and a value with that of a masked one in it.
 */
export function serviceEnv(ofJob: Variables, own: readonly Variable[]): ServiceEnv {
  const publicNames = new Set(ofJob.environment.shown.map(({ name }) => name));
  const all = ofJob.with(own);
  const visible = new Variables([
    ...[...ofJob].filter(({ key }) => publicNames.has(key)),
    ...own.filter((variable) => !isSecret(variable)),
  ]);
  const resolved = new Variables(own).unique().map((variable): Variable => {
    const { key } = variable;
    const value = resolve(variable, all);
    const secret = isSecret(variable) || value !== resolve(variable, visible) || all.hasMasked(value);
    return { key, value, masked: secret, public: true };
  });
  const { shown, hidden } = ofJob.with(resolved).environment;
  const secrets = resolved.filter(isSecret).map(({ key, value }) => [key, value] as const);
  return { env: shown, secrets: new Map([...hidden, ...secrets]) };
}

/** Whether Kubernetes takes a text for the name of a variable. */
export function isVariableName(text: string): boolean {
  return variableName.test(text) && text !== '.' && !text.startsWith('..');
}

function isSecret({ masked, file }: Variable): boolean {
  return masked === true || file === true;
}

function resolve({ value, raw }: Variable, variables: Variables): string {
  return raw ? value : variables.expand(value);
}
