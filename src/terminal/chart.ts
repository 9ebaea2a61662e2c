/** Bars of character cells. Pure; loads nothing. */

/** A part of a cell in eighths, U+258F (one eighth) to U+2589 (seven). */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/**
 * A bar as long as the share of `columns`; what is more than nothing is never drawn as nothing.
 * @param share from 0 to 1; what lies outside is taken as the nearer end
 */
export function bar(
  share: number,
  columns: number,
  surface: { readonly unicode: boolean },
): string {
  const part = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  if (part === 0) return '';
  if (!surface.unicode) return '#'.repeat(Math.max(1, Math.round(part * columns)));
  const filled = Math.max(1, Math.round(part * columns * 8));
  return '█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '');
}
