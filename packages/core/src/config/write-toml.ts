/** What can be written: what a TOML parser makes of a text. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** Two spaces for each level, as GitLab Runner indents. */
const indent = '  ';

/**
 * Writes one more element of an array of tables, with the tables in it below, as GitLab Runner lays them out.
 * @param name of the array; a bare key
 * @param table members that are undefined are left out
 * @returns lines without their ends
 * @throws TypeError for a value that TOML has no form for
 */
export function writeElement(name: string, table: TomlTable): string[] {
  return [`[[${name}]]`, ...writeMembers(table, name, indent)];
}

/** Plain values first: what follows a header belongs to its table. */
function writeMembers(table: TomlTable, path: string, margin: string): string[] {
  const members = Object.entries(table).filter(([, value]) => value !== undefined);
  const plain = members.filter(([, value]) => !isTomlTable(value) && !isTableList(value));
  const tables = members.flatMap(([key, value]) => {
    const below = `${path}.${writeKey(key)}`;
    if (isTomlTable(value)) return ['', `${margin}[${below}]`, ...writeMembers(value, below, margin + indent)];
    if (!isTableList(value)) return [];
    return value.flatMap((one) => ['', `${margin}[[${below}]]`, ...writeMembers(one, below, margin + indent)]);
  });
  return [...plain.map(([key, value]) => `${margin}${writeKey(key)} = ${writeValue(value)}`), ...tables];
}

function writeKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : writeText(key);
}

function writeValue(value: unknown): string {
  if (typeof value === 'string') return writeText(value);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (Array.isArray(value)) return `[${value.map(writeValue).join(', ')}]`;
  if (!isTomlTable(value)) throw new TypeError(`TOML has no form for ${typeof value}`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{ ${members.map(([key, member]) => `${writeKey(key)} = ${writeValue(member)}`).join(', ')} }`;
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** JSON's escapes are TOML's, but for those characters that JSON leaves as they are. */
function writeText(text: string): string {
  return JSON.stringify(text).replaceAll('\u007F', String.raw`\u007F`);
}

/** Whether a value is a table, and no list or date. */
export function isTomlTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Elements that are no tables at all are written as values. */
function isTableList(value: unknown): value is readonly TomlTable[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTomlTable);
}
