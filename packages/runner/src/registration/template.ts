import { ConfigError, isTomlTable, runnersOf, type TomlTable } from '@podwright/core';
import { readConfigText, type ConfigPlace } from './config-text.ts';

/** What is another one for each runner, and so nothing that many can share. */
const ownKeys = ['id', 'token', 'token_obtained_at', 'token_expires_at'];

/**
 * The keys of the one `[[runners]]` in a template.
 * @throws ConfigError when it cannot be read, has none or several, or brings a token
 */
export async function readTemplate(place: ConfigPlace): Promise<TomlTable> {
  const text = await readConfigText(place);
  if (text === undefined) throw problem(place, '', 'there is no such file');
  const [runner, ...more] = runnersOf(text, place.source);
  if (runner === undefined || more.length > 0) {
    throw problem(place, 'runners', `must be one [[runners]], there are ${runner === undefined ? 0 : more.length + 1}`);
  }
  const own = ownKeys.find((key) => runner[key] !== undefined && runner[key] !== '');
  if (own !== undefined) throw problem(place, `runners[0].${own}`, 'belongs to one runner, and not into a template');
  return runner;
}

/** What is set, and the rest of the template; tables of both are joined, lists are not. */
export function withTemplate(set: TomlTable, template: TomlTable): TomlTable {
  const joined = Object.entries(set).map(([key, value]) => {
    const below = template[key];
    return [key, isTomlTable(value) && isTomlTable(below) ? withTemplate(value, below) : value] as const;
  });
  return { ...template, ...Object.fromEntries(joined) };
}

function problem({ source }: ConfigPlace, path: string, message: string): ConfigError {
  return new ConfigError(source, [{ path, message, kind: 'invalid' }]);
}
