/** The JSON document that `--json` prints. Pure. */
import { escapeForJson } from './printable.ts';

/** `line`: without line breaks, where one document follows another. */
export type JsonForm = 'indented' | 'line';

/**
 * Two spaces of indent unless it is to be a line, and a final newline; keys in the order they came, nulls kept, undefined left out. Control, bidi and invisible
 * characters are written as `\uXXXX`: the same data, and safe on a terminal.
 * @param clean masks secrets. Each text is cleaned for itself: a secret that reads `true` or `status` must not tear the document apart
 */
export function renderJson(
  data: unknown,
  clean: (text: string) => string = (text) => text,
  form: JsonForm = 'indented',
): string {
  const masked = (_key: string, value: unknown): unknown => {
    if (typeof value === 'string') return clean(value);
    const isShown =
      typeof value !== 'object' ||
      value === null ||
      Array.isArray(value) ||
      Object.keys(value).every((name) => clean(name) === name);
    return isShown
      ? value
      : Object.fromEntries(Object.entries(value).map(([name, member]) => [clean(name), member]));
  };
  return `${escapeForJson(JSON.stringify(data ?? null, masked, form === 'indented' ? 2 : undefined))}\n`;
}
