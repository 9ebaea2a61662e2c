/** Which column of a table gives way by how much. Pure; loads nothing. */

/** Narrower than this a column tells nothing. */
const narrowest = 8;

export interface FitColumn {
  /** Columns that the widest cell takes. */
  readonly width: number;
  readonly flexible: boolean;
}

/**
 * Makes columns fit: first the flexible ones give way, then the others, the widest first.
 * @param available columns for the cells, gutters taken off
 * @returns the widths, or undefined when there is no way to show them side by side
 */
export function fitColumns(columns: readonly FitColumn[], available: number): number[] | undefined {
  let widths = columns.map((column) => column.width);
  for (const flexible of [true, false]) {
    widths = shrinkWidest(widths, excess(widths, available), (index) => columns[index]?.flexible === flexible);
  }
  return excess(widths, available) > 0 ? undefined : widths;
}

function excess(widths: readonly number[], available: number): number {
  return widths.reduce((sum, width) => sum + width, 0) - available;
}

function shrinkWidest(widths: readonly number[], count: number, mayShrink: (index: number) => boolean): number[] {
  const shrunk = [...widths];
  for (let left = count; left > 0; left -= 1) {
    let widest = -1;
    shrunk.forEach((width, index) => {
      if (mayShrink(index) && width > Math.max(narrowest, shrunk[widest] ?? 0)) widest = index;
    });
    const width = shrunk[widest];
    if (width === undefined) break;
    shrunk[widest] = width - 1;
  }
  return shrunk;
}
