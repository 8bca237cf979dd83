/** A member that is left out when its value is an empty list or table. */
export function filled<K extends string, V extends object>(key: K, value: V | undefined): { [P in K]?: V } {
  if (value === undefined || Object.keys(value).length === 0) return {};
  return { [key]: value } as { [P in K]?: V };
}
