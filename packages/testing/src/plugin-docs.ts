import type { Plugin } from '@podwright/core';

/** The part of JSON Schema that configuration schemas come out as. */
interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
}

/** One configuration key of a plugin, for docs. */
export interface PluginOption {
  /** Below `[runners.kubernetes]`, such as `cpu_limit` or `volumes.host_path[].name`. */
  readonly path: string;
  /** In words, such as `text or list of text`. */
  readonly type: string;
  /** As TOML or JSON would write it; `required`, or empty when there is none. */
  readonly default: string;
  /** Empty when the schema says nothing. */
  readonly description: string;
}

/** A flag of a command, for docs. */
export interface DocumentedFlag {
  readonly flag: string;
  readonly alias?: string;
  readonly env?: string;
  /** Of the key that it stands for. */
  readonly path?: readonly string[];
  readonly description: string;
}

/** Every key of a plugin's schema, nested ones after the one that they are in. */
export function pluginOptions(plugin: Plugin): PluginOption[] {
  return schemaOptions(plugin.configSchema);
}

/** Writes the table of a schema's keys between the markers `<!-- name -->` and `<!-- /name -->` of a text. */
export function updateOptions(text: string, name: string, schema: Plugin['configSchema']): string {
  return fill(text, name, optionsTable(schemaOptions(schema)));
}

/** Writes a table between the markers `<!-- name -->` and `<!-- /name -->` of a text; the first row is its head. */
export function updateTable(text: string, name: string, [head = [], ...rows]: readonly (readonly string[])[]): string {
  return fill(text, name, table(head, rows));
}

/** Writes the table of flags between the markers `<!-- name -->` and `<!-- /name -->` of a text. */
export function updateFlags(text: string, name: string, flags: readonly DocumentedFlag[]): string {
  const rows = flags.map(({ flag, alias, env, path, description }) => [
    [alias, flag].map(code).filter(Boolean).join(', '),
    code(env),
    code(path?.filter((key) => key !== 'kubernetes').join('.')),
    description,
  ]);
  return updateTable(text, name, [['Flag', 'Environment', 'Key', 'Meaning'], ...rows]);
}

/**
 * Writes a plugin's tables into its README: what stands between `<!-- options -->` and `<!-- /options -->`, and between
 * `<!-- variables -->` and `<!-- /variables -->`, is replaced. Tables are aligned as oxfmt and prettier do it.
 * @throws Error when a pair of markers is missing for which the plugin has something
 */
export function updateReadme(readme: string, plugin: Plugin): string {
  const variables = plugin.variables.map((variable) => [`\`${variable.name}\``, variable.description]);
  return fill(
    updateOptions(readme, 'options', plugin.configSchema),
    'variables',
    table(['Variable', 'Meaning'], variables),
  );
}

function code(word?: string): string {
  return word === undefined ? '' : `\`${word}\``;
}

function schemaOptions(schema: Plugin['configSchema']): PluginOption[] {
  return optionsOf(schema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as JsonSchema, '');
}

function optionsTable(options: readonly PluginOption[]): string {
  const rows = options.map((o) => [`\`${o.path}\``, o.type, o.default, o.description]);
  return table(['Key', 'Type', 'Default', 'Meaning'], rows);
}

function optionsOf(schema: JsonSchema, prefix: string): PluginOption[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const own: PluginOption = {
      path,
      type: typeInWords(value),
      default: defaultInWords(value, schema.required?.includes(key) ?? false),
      description: value.description ?? '',
    };
    return [own, ...optionsOf(value, `${path}.`), ...(value.items ? optionsOf(value.items, `${path}[].`) : [])];
  });
}

function typeInWords(schema: JsonSchema): string {
  if (schema.anyOf) return alternativesInWords(schema.anyOf.map(typeInWords));
  if (schema.const !== undefined) return inCode(schema.const);
  if (schema.enum) return schema.enum.map(inCode).join(', ');
  if (schema.type === 'array') return `list of ${typeInWords(schema.items ?? {})}`;
  if (schema.type !== 'object') return schema.type === 'string' ? 'text' : (schema.type ?? 'any');
  const { additionalProperties } = schema;
  return typeof additionalProperties === 'object' ? `table of ${typeInWords(additionalProperties)}` : 'table';
}

/** One of something or a list of it, which GitLab's configuration often allows, is said without repetition. */
function alternativesInWords(types: readonly string[]): string {
  const [first, second] = types;
  if (types.length === 2 && second === `list of ${first}`) return `${first}, or a list of these`;
  return types.join(' or ');
}

function defaultInWords(schema: JsonSchema, required: boolean): string {
  if (schema.default !== undefined) return inCode(schema.default);
  return required ? 'required' : '';
}

function inCode(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

function fill(readme: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [readme.indexOf(open), readme.indexOf(close)];
  if (content === '' && start === -1) return readme;
  if (start === -1 || end < start) throw new Error(`the README needs a line "${open}" and below it a line "${close}"`);
  return `${readme.slice(0, start + open.length)}\n\n${content}\n\n${readme.slice(end)}`;
}

/** Empty without rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  lines.splice(
    1,
    0,
    widths.map((width) => '-'.repeat(width)),
  );
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}
