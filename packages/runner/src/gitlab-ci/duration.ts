/** Seconds of one unit, by every name that GitLab understands. A month has 30 days, a year 365.25. */
const units = new Map<string, number>(
  (
    [
      [1, 's sec secs second seconds'],
      [60, 'm min mins minute minutes'],
      [3600, 'h hr hrs hour hours'],
      [86_400, 'd day days'],
      [604_800, 'w week weeks'],
      [2_592_000, 'mo mon mos month months'],
      [31_557_600, 'y yr yrs year years'],
    ] as const
  ).flatMap(([seconds, names]) => names.split(' ').map((name) => [name, seconds] as const)),
);

const clock = /^(\d{1,9})(?::(\d{1,9})){1,2}$/;
const part = /\s*(?:,|and\b)?\s*(\d{1,9}(?:\.\d{1,9})?)\s*([a-z]*)/y;

/**
 * Reads a duration as GitLab does in `timeout` and `expire_in`: `1h 30m`, `90 minutes`, `2 hrs and 20 min`, `1:30:00`,
 * or bare seconds.
 * @returns whole seconds, rounded up; undefined when the text is no duration
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') return undefined;
  if (clock.test(trimmed)) return trimmed.split(':').reduce((total, digits) => total * 60 + Number(digits), 0);

  let seconds = 0;
  part.lastIndex = 0;
  while (part.lastIndex < trimmed.length) {
    const match = part.exec(trimmed);
    if (match === null) return undefined;
    const [whole, amount = '', name = ''] = match;
    const isBareSeconds = name === '' && whole.length === trimmed.length;
    const unit = isBareSeconds ? 1 : units.get(name);
    if (unit === undefined) return undefined;
    seconds += Number(amount) * unit;
  }
  return Math.ceil(seconds);
}
