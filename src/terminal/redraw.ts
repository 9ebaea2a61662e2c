/** Text that replaces the text before it, on a terminal that can move its cursor. */
import type { OutputStream } from '../host.ts';
import { columnsOf } from './detect.ts';
import { widthOf } from './text.ts';

export type Redraw = (text: string) => Promise<void>;

const escape = '\u001B';

/** Text higher than the terminal is appended, since what scrolled away can't be reached. */
export function createRedraw(stream: OutputStream): Redraw {
  let rowsBefore = 0;
  return async (text) => {
    const back = rowsBefore === 0 ? '' : `${escape}[${rowsBefore}A\r${escape}[J`;
    await stream.write(back + text);
    const rows = rowsOf(text, columnsOf(stream));
    // A height of 0 is unknown, as a width of 0 is.
    const height = stream.rows?.() ?? 0;
    rowsBefore = height === 0 || rows < height ? rows : 0;
  };
}

/** A line that is wider than the terminal takes several rows. */
function rowsOf(text: string, columns: number): number {
  const lines = text.split('\n').slice(0, -1);
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
}
