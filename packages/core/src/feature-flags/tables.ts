import { featureFlags, type FeatureFlag } from './flags.ts';
import { otherFlags } from './other-flags.ts';

/** The feature flags that have an effect, for docs; the head comes first. */
export function featureFlagTable(): string[][] {
  const rows = Object.entries(featureFlags).map(([name, flag]) => [
    `\`${name}\``,
    defaultText(flag),
    flag.later ? 'no' : 'yes',
    flag.helper ? `${flag.meaning} Read by the helper program.` : flag.meaning,
  ]);
  return [['Flag', 'Default', 'In 13.11', 'Meaning of `true`'], ...rows];
}

function defaultText({ default: value, defaultFrom }: FeatureFlag): string {
  if (value === undefined) return "the program's";
  return defaultFrom === undefined ? `\`${value}\`` : `\`${value}\`, from GitLab ${defaultFrom} on \`true\``;
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
