/** A view as text for stdout. */
import { pipeText, shownCell, untrustedLines, wholeLines } from './cells.ts';
import type { TerminalInfo } from './detect.ts';
import { neutralizeCommands } from './printable.ts';
import { type Style, loadStyle } from './style.ts';
import type { Block, Cell, View } from './view.ts';

/**
 * In a pipe: tab-separated rows without a header, nothing cut, exact values, colors only if they
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
    case 'untrusted':
      return untrustedLines(block.text, terminal);
    default:
      return wholeLines(block.text, terminal);
  }
}
