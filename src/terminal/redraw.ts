/** Text that takes the place of the text before it, on a terminal that can move its cursor. */
import type { OutputStream } from '../host.ts';
import { widthOf } from './width.ts';

/** Writes a text in the place of the one before. */
export type Redraw = (text: string) => Promise<void>;

const escape = '\u001B';

/** What does not fit the height of the terminal is appended, since what scrolled away can't be reached again. */
export function createRedraw(sink: OutputStream): Redraw {
  let rowsBefore = 0;
  return async (text) => {
    const back = rowsBefore === 0 ? '' : `${escape}[${rowsBefore}A\r${escape}[J`;
    await sink.write(back + text);
    const rows = rowsOf(text, sink.columns() ?? Number.POSITIVE_INFINITY);
    rowsBefore = rows < (sink.rows?.() ?? Number.POSITIVE_INFINITY) ? rows : 0;
  };
}

/** Rows that whole lines take: more than one where a line is wider than the terminal. */
function rowsOf(text: string, columns: number): number {
  const lines = text.split('\n').slice(0, -1);
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
}
