/** The parser behind `toml`, which knows where in the text each key stands. */
declare module 'toml/lib/parser.js' {
  import type { TomlNodes } from './locate.ts';
  const parser: { parse(text: string): TomlNodes };
  export default parser;
}
