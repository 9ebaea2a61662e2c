/** A view on a terminal: tables, aligned fields, lines with signs. Loaded only when a person reads. */
import { foreignText, shownText } from './cells.ts';
import type { Block, View } from './view.ts';
import { marks, symbolFor, toAscii } from './symbols.ts';
import { type Style, loadStyle } from './style.ts';
import type { TerminalInfo } from './detect.ts';
import { renderFields, renderTable } from './table.ts';
import { wrap } from './width.ts';

/** @returns whole lines; a table or a list of fields stands apart from its neighbours by an empty line */
export async function renderTerminal(view: View, surface: TerminalInfo): Promise<string> {
  const style = await loadStyle(surface);
  let text = '';
  let before: Block | undefined;
  for (const block of view) {
    const rendered = renderBlock(block, surface, style);
    if (rendered === '') continue;
    if (before !== undefined && (isWide(before) || isWide(block))) text += '\n';
    text += rendered;
    before = block;
  }
  return text;
}

function isWide(block: Block): boolean {
  return block.kind === 'table' || block.kind === 'fields';
}

function renderBlock(block: Block, surface: TerminalInfo, style: Style): string {
  switch (block.kind) {
    case 'table':
      return block.rows.length === 0 ? '' : renderTable(block, surface, style);
    case 'fields':
      return renderUntold(block, surface, style);
    case 'line':
      return renderLine(block, surface, style);
    default:
      return toAscii(surface, block.text.endsWith('\n') ? block.text : `${block.text}\n`);
    case 'foreign':
      return foreignText(block.text, surface.redact);
  }
}

function renderUntold(
  { fields, told }: Extract<Block, { kind: 'fields' }>,
  surface: TerminalInfo,
  style: Style,
): string {
  const untold = fields.filter(([label]) => told?.includes(label) !== true);
  return untold.length === 0
    ? ''
    : renderFields({ kind: 'fields', fields: untold }, surface, style);
}

/** What follows on further lines stands under the text, not under the sign. */
function renderLine(
  block: Extract<Block, { kind: 'line' }>,
  surface: TerminalInfo,
  style: Style,
): string {
  const sign = block.mark === undefined ? undefined : marks[block.mark];
  const indent = sign === undefined && block.under !== true ? '' : '  ';
  const first = sign === undefined ? indent : `${style(sign.role, symbolFor(surface, sign))} `;
  const spans = block.parts.map((part) => shownText(part, surface, 'long'));
  const columns = block.whole === true ? Number.POSITIVE_INFINITY : surface.columns - indent.length;
  const lines = wrap(spans, columns).map((line) =>
    line.map(({ role, text }) => style(role, text)).join(' '),
  );
  return `${first}${lines.join(`\n${indent}`)}\n`;
}
