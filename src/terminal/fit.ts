/** Which column of a table gives way by how much. Pure; loads nothing. */

/** Narrower than this a column tells nothing. */
const narrowest = 8;
/** Down to this a flexible column still tells nearly all. */
const comfortable = 20;

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
    widths = shrinkWidest(widths, narrowest, {
      excess: sum(widths) - available,
      mayShrink: (index) => columns[index]?.flexible === flexible,
    });
  }
  return sum(widths) > available ? undefined : widths;
}

/** {@link fitColumns} as long as it takes nothing that anybody would miss. */
export function fitComfortably(
  columns: readonly FitColumn[],
  available: number,
): number[] | undefined {
  const natural = columns.map((column) => column.width);
  const widths = shrinkWidest(natural, comfortable, {
    excess: sum(natural) - available,
    mayShrink: (index) => columns[index]?.flexible === true,
  });
  return sum(widths) > available ? undefined : widths;
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0);
}

function shrinkWidest(
  widths: readonly number[],
  floor: number,
  by: { excess: number; mayShrink: (index: number) => boolean },
): number[] {
  const shrunk = [...widths];
  for (let left = by.excess; left > 0; left -= 1) {
    let widest = -1;
    shrunk.forEach((width, index) => {
      if (by.mayShrink(index) && width > Math.max(floor, shrunk[widest] ?? 0)) widest = index;
    });
    const width = shrunk[widest];
    if (width === undefined) break;
    shrunk[widest] = width - 1;
  }
  return shrunk;
}
