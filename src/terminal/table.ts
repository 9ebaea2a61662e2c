/** Columns side by side on a terminal. The only importer of cli-table3. */
import Table from 'cli-table3';
import { type Shown, barColumns, shownText } from './cells.ts';
import { bar } from './chart.ts';
import { fitColumns, fitComfortably } from './fit.ts';
import type { Block, Cell, Column } from './view.ts';
import type { TimeForm } from './units.ts';
import type { Style } from './style.ts';
import type { TerminalInfo } from './detect.ts';
import { cut, foldAnywhere, widthOf, wrap } from './width.ts';

type TableBlock = Extract<Block, { kind: 'table' }>;
type FieldsBlock = Extract<Block, { kind: 'fields' }>;

const gutter = 2;
/** cli-table3 looks at all rows above for each cell, so long tables are laid out piece by piece. */
const rowsAtOnce = 50;
/** Where a label and its value don't leave this much for the value, the label gets a line of its own. */
const narrowestValue = 16;

/** A table with a header and without lines, fitted to the terminal; each row as a list of fields where it can't be. */
export function renderTable(block: TableBlock, surface: TerminalInfo, style: Style): string {
  const lean = withoutSpare(block);
  // Short times and spare columns before names that are cut: `3 d ago` says as much as `3 days ago`.
  const ways = [
    { part: block, form: 'long', fit: fitComfortably },
    { part: block, form: 'short', fit: fitComfortably },
    { part: lean, form: 'long', fit: fitComfortably },
    { part: lean, form: 'short', fit: fitColumns },
  ] as const;
  for (const { part, form, fit } of ways) {
    const available = surface.columns - gutter * (part.columns.length - 1);
    const widths = fit(
      part.columns.map((column, index) => naturalWidth(part, column, { index, form }, surface)),
      available,
    );
    if (widths !== undefined) return sideBySide(part, { widths, form }, surface, style);
  }
  return block.rows
    .map((row) =>
      renderFields({ kind: 'fields', fields: labelled(block.columns, row) }, surface, style),
    )
    .join('\n');
}

function withoutSpare(block: TableBlock): TableBlock {
  const isKept = (_entry: unknown, index: number): boolean => block.columns[index]?.spare !== true;
  return {
    ...block,
    columns: block.columns.filter(isKept),
    rows: block.rows.map((row) => row.filter(isKept)),
  };
}

function naturalWidth(
  block: TableBlock,
  column: Column,
  at: { index: number; form: TimeForm },
  surface: TerminalInfo,
): { width: number; flexible: boolean } {
  const cells = block.rows.map((row) => {
    const cell = row[at.index] ?? '';
    return isBar(cell)
      ? barColumns(surface.columns)
      : widthOf(shownText(cell, surface, at.form).text);
  });
  const width = cells.reduce((widest, each) => Math.max(widest, each), widthOf(column.label));
  return { width, flexible: column.flexible === true };
}

function isBar(cell: Cell): cell is Extract<Cell, { kind: 'bar' }> {
  return typeof cell === 'object' && cell.kind === 'bar';
}

function sideBySide(
  block: TableBlock,
  layout: { widths: readonly number[]; form: TimeForm },
  surface: TerminalInfo,
  style: Style,
): string {
  const header = block.columns.map(({ label }, index) =>
    style('dim', cut(label.toUpperCase(), layout.widths[index] ?? 0, surface)),
  );
  const rows = block.rows.map((row) =>
    layout.widths.map((width, index) => {
      const cell = row[index] ?? '';
      const shown: Shown = isBar(cell)
        ? { text: bar(cell.share, width, surface), role: 'accent' }
        : shownText(cell, surface, layout.form);
      const lines =
        block.columns[index]?.folds === true
          ? foldAnywhere(shown.text, width)
          : [cut(shown.text, width, surface)];
      return lines.map((text) => style(shown.role, text)).join('\n');
    }),
  );
  return lay(
    [header, ...rows],
    layout.widths,
    block.columns.map((column) => column.align ?? 'left'),
  );
}

function labelled(columns: readonly Column[], row: readonly Cell[]): [string, Cell][] {
  return columns.map(({ label }, index) => [label, row[index] ?? '']);
}

/** Labels and values in two columns, long values broken at spaces. */
export function renderFields(block: FieldsBlock, surface: TerminalInfo, style: Style): string {
  const labels = block.fields.map(([label]) => shownText(label, surface, 'long').text);
  const labelWidth = Math.max(0, ...labels.map(widthOf));
  const valueWidth = surface.columns - labelWidth - gutter;
  const stacked = valueWidth < narrowestValue;
  const rows = block.fields.map(([, value], index) => {
    const shown = shownText(value, surface, 'long');
    const lines = wrap([shown], stacked ? surface.columns - gutter : valueWidth).map((line) =>
      line.map(({ text, role }) => style(role, text)).join(' '),
    );
    return [style('dim', labels[index] ?? ''), lines.join('\n')];
  });
  if (!stacked) return lay(rows, [labelWidth, null], ['left', 'left']);
  return rows.map(([label = '', value = '']) => `${label}\n${indented(value)}\n`).join('');
}

function indented(lines: string): string {
  return lines.replaceAll(/^/gm, ' '.repeat(gutter));
}

/** @param widths of the columns; null takes what the widest cell needs */
function lay(
  rows: readonly (readonly string[])[],
  widths: readonly (number | null)[],
  aligns: readonly ('left' | 'right')[],
): string {
  const pieces: string[] = [];
  const last = widths.length - 1;
  const colWidths = widths.map((width, index) =>
    width === null ? null : width + (index === last ? 0 : gutter),
  );
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const table = new Table({
      chars: noLines,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
      colWidths,
      colAligns: [...aligns],
    });
    for (const row of rows.slice(start, start + rowsAtOnce)) {
      table.push(
        row.map((content, index) => ({
          content,
          style: { 'padding-left': 0, 'padding-right': index === last ? 0 : gutter },
        })),
      );
    }
    pieces.push(table.toString());
  }
  return `${pieces.join('\n').replaceAll(/ +$/gm, '')}\n`;
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
