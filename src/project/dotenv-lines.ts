/** Cuts a `.env` file into its assignments, so that each can be read, counted and named by its line. What a value is, is left to `dotenv`. */

export interface Piece {
  /** Line on which the piece starts, from 1. */
  readonly line: number;
  /** Text of one assignment, over several lines where its value is quoted; undefined where the line is none. */
  readonly source: string | undefined;
}

/** As dotenv has it: `KEY=`, `KEY: `, `export KEY=`; but with its `=` or `:` on the same line, where dotenv would look on. */
const start = /^[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)(?:[^\S\n]*=|:[^\S\n])[^\S\n]*/;
const passedOver = /^\s*(?:#|$)/;
/** What may stand behind a closing quote. */
const tail = /^[^\S\n]*(?:#.*)?$/;

/**
 * @param text without byte order mark; any line ends, which dotenv makes `\n`, in values too
 * @returns the pieces in order; empty lines and comments are passed over
 */
export function splitDotenv(text: string): Piece[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const pieces: Piece[] = [];
  for (let index = 0; index < lines.length; index++) {
    const first = lines[index] ?? '';
    if (passedOver.test(first)) continue;
    const count = countLines(lines, index);
    pieces.push({
      line: index + 1,
      source: count === 0 ? undefined : lines.slice(index, index + count).join('\n'),
    });
    index += Math.max(count, 1) - 1;
  }
  return pieces;
}

/** How many lines the assignment takes that starts on this one; 0 when there is none or its quote is not closed at the end of a line. */
function countLines(lines: readonly string[], index: number): number {
  const first = lines[index] ?? '';
  const head = start.exec(first);
  if (head === null) return 0;
  const quote = first[head[0].length];
  if (quote === undefined || !`'"\``.includes(quote)) return 1;
  return countQuoted(lines, index, { quote, column: head[0].length + 1 });
}

/**
 * The closing quote is the first without a backslash before it; when text follows that one, the last with a backslash before it that ends its
 * line. (`"C:\dir\"` is closed by its second quote, unless a later line has a better one.)
 */
function countQuoted(
  lines: readonly string[],
  index: number,
  from: { quote: string; column: number },
): number {
  let count = 0;
  for (let next = index; next < lines.length; next++) {
    const line = lines[next] ?? '';
    for (
      let at = line.indexOf(from.quote, next === index ? from.column : 0);
      at !== -1;
      at = line.indexOf(from.quote, at + 1)
    ) {
      if (tail.test(line.slice(at + 1))) count = next - index + 1;
      if (line[at - 1] !== '\\') return count;
    }
  }
  return count;
}
