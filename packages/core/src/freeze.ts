/** Freezes an object and everything in it; what is frozen already is taken as deeply frozen. */
export function freezeDeep<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const key in value) {
    const child: unknown = value[key];
    if (typeof child === 'object' && child !== null) freezeDeep(child);
  }
  return value;
}
