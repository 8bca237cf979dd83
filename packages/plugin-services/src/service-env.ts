import { Variables, containerEnv, freezeDeep, type EnvVar, type Variable } from '@podwright/core';

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

/** The environment of a service without variables of its own: what the build container has. */
export function commonEnv(ofJob: Variables): ServiceEnv {
  return { env: freezeDeep(containerEnv(ofJob)), secrets: new Map() };
}

/**
 * The environment of a service with variables of its own, which win over the job's. References in them are replaced from
 * all of the job's variables, secret ones too: a value into which that brings something that is not public is a secret,
 * and so is a masked variable.
 */
export function serviceEnv(ofJob: Variables, own: readonly Variable[]): ServiceEnv {
  const publicNames = new Set(containerEnv(ofJob).map(({ name }) => name));
  const all = new Variables([...ofJob, ...own]);
  const visible = new Variables([
    ...[...ofJob].filter(({ key }) => publicNames.has(key)),
    ...own.filter((variable) => !isSecret(variable)),
  ]);
  const resolved = new Variables(own).unique().map((variable): Variable => {
    const { key } = variable;
    const value = resolve(variable, all);
    const secret = isSecret(variable) || value !== resolve(variable, visible);
    return { key, value, masked: secret, public: true };
  });
  return {
    env: freezeDeep(containerEnv(new Variables([...ofJob, ...resolved]))),
    secrets: new Map(resolved.filter(isSecret).map(({ key, value }) => [key, value])),
  };
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
