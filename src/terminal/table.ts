/** Views in a terminal: tables, fields, lines with symbols. */
import { type ShownCell, type TimeForm, barColumns, renderText, shownCell } from './cells.ts';
import type { TerminalInfo } from './detect.ts';
import { type Style, loadStyle, marks, symbolFor } from './style.ts';
import { truncate, widthOf, wrapAnywhere, wrapSpans } from './text.ts';
import type { Block, Cell, Column, View } from './view.ts';

type TableBlock = Extract<Block, { kind: 'table' }>;
type FieldsBlock = Extract<Block, { kind: 'fields' }>;

const gutter = '  ';
/** A narrower value gets a line below its label. */
const minValueColumns = 16;
/** A narrower column is unreadable. */
const minColumns = 8;
/** A flexible column stays useful down to this width, and wrapped text readable. */
const comfortableColumns = 20;
/** The maximum width of a column, so that long text needn't be measured completely. */
const maxColumns = 2000;

export async function renderForTerminal(view: View, terminal: TerminalInfo): Promise<string> {
  const style = await loadStyle(terminal);
  let text = '';
  let before: Block | undefined;
  for (const block of view) {
    const rendered = renderBlock(block, terminal, style);
    if (rendered === '') continue;
    // Tables and fields have an empty line around them.
    if (before !== undefined && (isWide(before) || isWide(block))) text += '\n';
    text += rendered;
    before = block;
  }
  return text;
}

function renderBlock(block: Block, terminal: TerminalInfo, style: Style): string {
  switch (block.kind) {
    case 'table':
      return block.rows.length === 0 ? '' : renderTable(block, terminal, style);
    case 'fields':
      return block.fields.length === 0 ? '' : renderFields(block, terminal, style);
    case 'line':
      return renderLine(block, terminal, style);
    default:
      return renderText(block, terminal);
  }
}

function isWide(block: Block): boolean {
  return block.kind === 'table' || block.kind === 'fields';
}

/** Further lines begin below the text, not below the symbol. */
function renderLine(
  block: Extract<Block, { kind: 'line' }>,
  terminal: TerminalInfo,
  style: Style,
): string {
  const symbol = block.mark === undefined ? undefined : marks[block.mark];
  const indent = symbol === undefined && block.isDetail !== true ? '' : '  ';
  const first =
    symbol === undefined ? indent : `${style(symbol.role, symbolFor(terminal, symbol))} `;
  const spans = block.parts.map((part) => shownCell(part, terminal, 'long'));
  const columns = block.whole === true ? Infinity : terminal.columns - indent.length;
  const lines = wrapSpans(spans, columns).map((line) =>
    line.map(({ role, text }) => style(role, text)).join(' '),
  );
  return `${first}${lines.join(`\n${indent}`)}\n`;
}

/** A table with a header and without lines, or each row as a list of fields if it doesn't fit. */
function renderTable(block: TableBlock, terminal: TerminalInfo, style: Style): string {
  const layout = layoutFor(block, terminal);
  if (layout !== undefined) return sideBySide(layout, terminal, style);
  return block.rows
    .map((row) => {
      const fields = block.columns
        .map(({ label }, at) => [label, row[at] ?? ''] as const)
        .filter(([label]) => label !== '');
      return renderFields({ kind: 'fields', fields }, terminal, style);
    })
    .join('\n');
}

interface Layout {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly ShownCell[])[];
  readonly widths: readonly number[];
}

/** First shortens times, then drops optional columns from right to left, then truncates others. */
function layoutFor(block: TableBlock, terminal: TerminalInfo): Layout | undefined {
  const fits = (table: Table, minimum: number): Layout | undefined => {
    const widths = fitColumns(table, terminal.columns, minimum);
    return widths && { ...table, widths };
  };
  const whole = fits(shownTable(block, terminal, 'long'), comfortableColumns);
  if (whole !== undefined) return whole;
  let table = shownTable(block, terminal, 'short');
  for (;;) {
    const layout = fits(table, comfortableColumns);
    const narrower = withoutLastOptional(table);
    if (layout !== undefined || narrower === undefined) return layout ?? fits(table, minColumns);
    table = narrower;
  }
}

type Table = Omit<Layout, 'widths'> & { readonly natural: readonly number[] };

function shownTable({ columns, rows }: TableBlock, terminal: TerminalInfo, form: TimeForm): Table {
  const shown = rows.map((row) =>
    columns.map((_column, at) => shownCell(row[at] ?? '', terminal, form)),
  );
  const natural = columns.map(({ label }, at) =>
    shown.reduce((widest, row) => Math.max(widest, cellWidth(row[at], terminal)), widthOf(label)),
  );
  return { columns, rows: shown, natural };
}

function cellWidth(cell: ShownCell | undefined, terminal: TerminalInfo): number {
  if (cell?.bar !== undefined) return barColumns(terminal.columns);
  const text = cell?.text ?? '';
  return text.length > maxColumns ? maxColumns : widthOf(text);
}

function withoutLastOptional({ columns, rows, natural }: Table): Table | undefined {
  const at = columns.findLastIndex(({ optional }) => optional === true);
  if (at < 0) return undefined;
  const without = <Item>(items: readonly Item[]): Item[] => items.toSpliced(at, 1);
  return { columns: without(columns), rows: rows.map(without), natural: without(natural) };
}

/** @returns widths of at least `minimum` for columns that shrink, if they fit */
function fitColumns(
  { columns, natural }: Pick<Table, 'columns' | 'natural'>,
  available: number,
  minimum: number,
): number[] | undefined {
  const widths = [...natural];
  const gutters = gutter.length * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gutters) - available;
  for (const onlyFlexible of minimum === minColumns ? [true, false] : [true]) {
    const floors = columns.map(({ flexible, identifier, wraps }) => {
      if (identifier === true || (onlyFlexible && flexible !== true)) return Infinity;
      return wraps === true ? comfortableColumns : minimum;
    });
    for (; excess > 0; excess -= 1) {
      const shrinking = widths.map((width, at) => (width > (floors[at] ?? 0) ? width : 0));
      const widest = shrinking.indexOf(Math.max(...shrinking));
      if ((shrinking[widest] ?? 0) === 0) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
  return excess > 0 ? undefined : widths;
}

function sideBySide(
  { columns, rows, widths }: Layout,
  terminal: TerminalInfo,
  style: Style,
): string {
  const aligns = columns.map(({ align }) => align ?? 'left');
  const header = columns.map(({ label }): ShownCell => ({
    text: label.toUpperCase(),
    role: 'dim',
  }));
  const lay = (row: readonly ShownCell[]): string => {
    const cells = row.map((cell, at) => {
      const width = widths[at] ?? 0;
      if (cell.bar !== undefined) return [{ text: cell.bar(width), role: cell.role }];
      const lines =
        columns[at]?.wraps === true
          ? wrapAnywhere(cell.text, width)
          : [truncate(cell.text, width, terminal)];
      return lines.map((text) => ({ text, role: cell.role }));
    });
    return renderRow(cells, widths, aligns, style);
  };
  return [header, ...rows].map(lay).join('');
}

/** One row of cells, each of which may have several lines. */
function renderRow(
  cells: readonly (readonly ShownCell[])[],
  widths: readonly number[],
  aligns: readonly ('left' | 'right')[],
  style: Style,
): string {
  const height = cells.reduce((most, lines) => Math.max(most, lines.length), 1);
  let text = '';
  for (let at = 0; at < height; at += 1) {
    const line = cells.map((lines, column) => {
      const { text: shown, role } = lines[at] ?? { text: '', role: 'plain' };
      const padding = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(shown)));
      const styled = shown === '' ? '' : style(role, shown);
      return aligns[column] === 'right' ? padding + styled : styled + padding;
    });
    text += `${line.join(gutter).trimEnd()}\n`;
  }
  return text;
}

/** Labels and values in two columns, long values broken at spaces. IDs get a line if they must. */
function renderFields(
  { fields }: Pick<FieldsBlock, 'fields' | 'kind'>,
  terminal: TerminalInfo,
  style: Style,
): string {
  const labels = fields.map(([label]) => shownCell(label, terminal, 'long').text);
  const labelColumns = labels.reduce((widest, label) => Math.max(widest, widthOf(label)), 0);
  const valueColumns = terminal.columns - labelColumns - gutter.length;
  const below = terminal.columns < minValueColumns ? '' : gutter;
  return fields
    .map(([, value]: readonly [string, Cell], at) => {
      const label = labels[at] ?? '';
      const { role, text } = shownCell(value, terminal, 'long');
      const needed = typeof value === 'string' ? widthOf(text) : 0;
      const isStacked =
        valueColumns < minValueColumns ||
        (needed > valueColumns && needed <= terminal.columns - below.length);
      const indent = isStacked ? below : ' '.repeat(labelColumns + gutter.length);
      const padding = isStacked ? `\n${indent}` : indent.slice(widthOf(label));
      const lines = linesOf(value, terminal)
        .map((line) => line.trimEnd())
        .flatMap((line) =>
          line === '' ? [''] : wrapAnywhere(line, terminal.columns - indent.length),
        )
        .map((line) => style(role, line));
      const shownLabel = wrapAnywhere(label, terminal.columns)
        .map((line) => style('dim', line))
        .join('\n');
      const rest = lines.slice(1).map((line) => `\n${line === '' ? '' : indent}${line}`);
      return `${`${shownLabel}${padding}${lines[0]}`.trimEnd()}${rest.join('')}\n`;
    })
    .join('');
}

/** Line breaks of a description or a changelog are kept. */
function linesOf(value: Cell, terminal: TerminalInfo): string[] {
  return typeof value === 'object' && value.kind === 'untrusted'
    ? renderText({ ...value, text: value.text.replaceAll('\t', ' ').trim() }, terminal)
        .trimEnd()
        .split('\n')
    : [shownCell(value, terminal, 'long').text];
}
