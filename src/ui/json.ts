/** The JSON document that `--json` prints. Pure. */
import { escapeForJson } from './printable.ts';

/**
 * Two spaces of indent and a final newline; keys in the order they came, nulls kept, undefined left out. Control, bidi and invisible
 * characters are written as `\uXXXX`: the same data, and safe on a terminal.
 */
export function renderJson(data: unknown): string {
  return `${escapeForJson(JSON.stringify(data ?? null, undefined, 2))}\n`;
}
