import type { Cause, ContainerDraft } from '@podwright/core';
import type { Service } from './read-services.ts';
import { causeOf, type Port } from './written-services.ts';

const envCause: Cause = { because: 'a public variable of the job' };
const stdinCause: Cause = { because: 'a program may end when its input ends' };

/** Writes a service into its container, but for its secret variables: they need the name of their Secret. */
export function addService(container: ContainerDraft, { written, image, env }: Service): void {
  const { spec } = container;
  spec.image = image;
  container.explain('image', causeOf(written, 'name'));
  if (written.entrypoint.length > 0) {
    spec.command = [...written.entrypoint];
    container.explain('command', causeOf(written, 'entrypoint'));
  }
  if (written.command.length > 0) {
    spec.args = [...written.command];
    container.explain('args', causeOf(written, 'command'));
  }
  spec.env = spec.env ? [...spec.env, ...env] : env;
  container.explain('env', envCause);
  for (const { key } of written.variables) container.explain(`env[${key}]`, causeOf(written, 'variables'));
  spec.stdin = true;
  container.explain('stdin', stdinCause);
  addPorts(container, written.ports, causeOf(written, 'ports'));
}

/** Names the ports on which a container listens. */
export function addPorts(container: ContainerDraft, ports: readonly Port[], cause: Cause): void {
  if (ports.length === 0) return;
  const { spec } = container;
  spec.ports = [...(spec.ports ?? []), ...ports.map(({ number }) => ({ containerPort: number }))];
  for (const { number } of ports) container.explain(`ports[${number}]`, cause);
}
