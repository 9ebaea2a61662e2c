/** The JSON document that `--json` prints. */
import { stringifyExactJson } from '../shared/json.ts';
import { isObject } from '../shared/object.ts';
import { escapeForJson } from './printable.ts';
import type { Redact } from './redact.ts';

/** `line`: without line breaks, where one document follows another. */
export type JsonForm = 'indented' | 'line';

/** Fields of names, codes and addresses, in which words of lumio are kept. */
const nameField =
  /^(?:id|slug|keys?|code|action|outcome|status|version|kind|type|visibility|source|flags|path|directory|command|next|error|message|hint|method|url|apiKey)$|(?:Id|At|Url|Path|[sS]ha256)$/;

/**
 * Keys in the order they came, nulls kept, undefined left out. Characters that a terminal acts on
 * are escaped.
 */
export function renderJson(data: unknown, redact: Redact, form: JsonForm = 'indented'): string {
  return `${escapeForJson(redactedJson(data, redact, form))}\n`;
}

/** Redacts each string by itself, so that no secret can break the document. */
export function redactedJson(data: unknown, redact: Redact, form: JsonForm): string {
  const fieldOf = new WeakMap<object, string>();
  function redacted(this: unknown, key: string, value: unknown): unknown {
    const field = Array.isArray(this) ? (fieldOf.get(this) ?? '') : key;
    if (typeof value === 'string')
      return nameField.test(field) ? redact.value(value) : redact(value);
    if (Array.isArray(value)) fieldOf.set(value, field);
    return isObject(value) ? withRedactedKeys(value, redact) : value;
  }
  return stringifyExactJson(data ?? null, redacted, form === 'indented' ? 2 : undefined);
}

function withRedactedKeys(value: object, redact: Redact): object {
  const entries = Object.entries(value);
  return entries.every(([key]) => redact.value(key) === key)
    ? value
    : Object.fromEntries(entries.map(([key, member]) => [redact.value(key), member]));
}
