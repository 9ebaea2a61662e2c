/** A result as text for stdout: the view, or the JSON document of `--json`. */
import { stringifyExactJson } from '../shared/json.ts';
import { isObject } from '../shared/object.ts';
import { pipeText, renderText, shownCell } from './cells.ts';
import type { TerminalInfo } from './detect.ts';
import { escapeForJson, neutralizeCommands } from './printable.ts';
import type { Redact } from './redact.ts';
import { type Style, loadStyle } from './style.ts';
import type { Block, Cell, View } from './view.ts';

/**
 * In a pipe: tab-separated rows without a header, nothing truncated, exact values, colors only if they
 * are forced. A table without rows is empty: its `empty` belongs on stderr.
 */
export async function renderView(view: View, terminal: TerminalInfo): Promise<string> {
  return neutralizeCommands(await render(view, terminal), terminal.isRunner);
}

async function render(view: View, terminal: TerminalInfo): Promise<string> {
  if (!terminal.isTerminal) {
    const style = await loadStyle(terminal);
    return view.map((block) => pipeRows(block, terminal, style)).join('');
  }
  const { renderForTerminal } = await import('./table.ts');
  return renderForTerminal(view, terminal);
}

function pipeRows(block: Block, terminal: TerminalInfo, style: Style): string {
  // A bar repeats the value of another column.
  const row = (cells: readonly Cell[]): string =>
    `${cells
      .filter((cell) => typeof cell !== 'object' || cell.kind !== 'bar')
      .map((cell) => {
        const text = pipeText(cell, terminal);
        return terminal.color ? style(shownCell(cell, terminal, 'long').role, text) : text;
      })
      .join('\t')}\n`;
  switch (block.kind) {
    case 'table':
      return block.rows.map(row).join('');
    case 'fields':
      return block.fields.map(row).join('');
    case 'line':
      return block.onlyOnTerminal === true ? '' : row(block.parts);
    default:
      return renderText(block, terminal);
  }
}

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
