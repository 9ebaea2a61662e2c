/** A view as text for stdout. What only terminals need loads only for them. */
import { exactText, foreignText } from './cells.ts';
import type { Block, View } from './format.ts';
import { withPlainSigns } from './signs.ts';
import type { Surface } from './surface.ts';

/**
 * @returns whole lines. In a pipe: tab-separated rows without header, nothing cut, exact values. A table without rows gives nothing:
 * what its `empty` says belongs on stderr.
 */
export async function renderView(view: View, surface: Surface): Promise<string> {
  if (!surface.isTerminal) return view.flatMap((block) => rowsOf(block, surface)).join('');
  const { renderTerminal } = await import('./terminal.ts');
  return renderTerminal(view, surface);
}

function rowsOf(block: Block, surface: Surface): string[] {
  const { clean } = surface;
  switch (block.kind) {
    case 'table':
      return block.rows.map((row) => `${row.map((cell) => exactText(cell, clean)).join('\t')}\n`);
    case 'fields':
      return block.fields.map((field) => `${field.map((cell) => exactText(cell, clean)).join('\t')}\n`);
    case 'line':
      return [`${block.parts.map((part) => exactText(part, clean)).join(' ')}\n`];
    default:
      return [withPlainSigns(surface, block.text.endsWith('\n') ? block.text : `${block.text}\n`)];
    case 'foreign':
      return [foreignText(block.text, clean)];
  }
}
