/**
 * A container that cannot be created or started as asked. The reasons are kubelet's: the first two keep the container
 * waiting (and the first is tried again when a Secret or ConfigMap changes), `StartError` ends it with exit code 128.
 */
export class ContainerProblem extends Error {
  override readonly name = 'ContainerProblem';
  constructor(
    readonly reason: 'CreateContainerConfigError' | 'CreateContainerError' | 'StartError',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
