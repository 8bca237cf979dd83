/** A volume that cannot be set up yet; the Pod waits, with this as its FailedMount event. */
export class VolumeProblem extends Error {
  override readonly name = 'VolumeProblem';
  /** @param volume its name in the Pod */
  constructor(volume: string, what: string, options?: ErrorOptions) {
    super(`MountVolume.SetUp failed for volume "${volume}" : ${what}`, options);
  }
}
