/** A view as text for stdout. What only terminals need loads only for them. */
import { foreignText, pipeText } from './cells.ts';
import type { Block, Cell, View } from './view.ts';
import { toAscii } from './symbols.ts';
import type { Redact } from './redact.ts';
import type { TerminalInfo } from './detect.ts';

/**
 * @returns whole lines. In a pipe: tab-separated rows without header, nothing cut, exact values, line breaks within them as `\n`. A table without rows gives nothing:
 * what its `empty` says belongs on stderr.
 */
export async function renderView(view: View, surface: TerminalInfo): Promise<string> {
  if (!surface.isTerminal) return view.flatMap((block) => rowsOf(block, surface)).join('');
  const { renderTerminal } = await import('./render-terminal.ts');
  return renderTerminal(view, surface);
}

function rowsOf(block: Block, surface: TerminalInfo): string[] {
  const { redact } = surface;
  switch (block.kind) {
    case 'table':
      return block.rows.map((row) => rowOf(row, redact));
    case 'fields':
      return block.fields.map((field) => rowOf(field, redact));
    case 'line':
      return [rowOf(block.parts, redact)];
    default:
      return [toAscii(surface, block.text.endsWith('\n') ? block.text : `${block.text}\n`)];
    case 'foreign':
      return [foreignText(block.text, redact)];
  }
}

/** Without bars, which draw what another column says. */
function rowOf(cells: readonly Cell[], redact: Redact): string {
  const told = cells.filter((cell) => typeof cell !== 'object' || cell.kind !== 'bar');
  return `${told.map((cell) => pipeText(cell, redact)).join('\t')}\n`;
}
