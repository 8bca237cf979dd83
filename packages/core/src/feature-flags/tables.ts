import { featureFlags } from './flags.ts';
import { otherFlags } from './other-flags.ts';

/** The feature flags that have an effect, for docs; the head comes first. */
export function featureFlagTable(): string[][] {
  const rows = Object.entries(featureFlags).map(([name, flag]) => [
    `\`${name}\``,
    flag.default === undefined ? "the program's" : `\`${flag.default}\``,
    flag.later ? 'no' : 'yes',
    flag.helper ? `${flag.meaning} Read by the helper program.` : flag.meaning,
  ]);
  return [['Flag', 'Default', 'In 13.11', 'Meaning of `true`'], ...rows];
}

/** GitLab Runner's flags that have none, for docs; the head comes first. */
export function otherFlagTable(): string[][] {
  const rows = Object.entries(otherFlags).map(([name, { like, why }]) => [
    `\`${name}\``,
    like === undefined ? '' : `\`${like}\``,
    why,
  ]);
  return [['Flag', 'As if it were', 'Why'], ...rows];
}
