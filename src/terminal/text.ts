/**
 * Measures text and fits it into columns. The only importer of string-width.
 */
import stringWidth from 'string-width';
import { symbolFor, symbols } from './style.ts';

/** Characters of one column each: ASCII, Latin, and the symbols of lumio. */
const narrow = /^[ -~\u00A1-\u00AC\u00AE-\u02FF…→–—·›×✓✗●○•\u2580-\u259F]*$/;

/** Columns of one line. string-width is a thousand times slower than the regular expression. */
export function widthOf(text: string): number {
  if (narrow.test(text)) return text.length;
  let width = 0;
  for (const part of parts(text)) width += stringWidth(part);
  return width;
}

const maxPartLength = 4096;

/** Parts of whole characters, since Intl.Segmenter takes quadratic time for long strings. */
function* parts(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > maxPartLength) {
    const part = text.slice(start, start + maxPartLength).replace(/[\uD800-\uDBFF]$/, '');
    const segments = segmenter().segment(part);
    // The last character may continue in the next part.
    const { index = 0 } = segments.containing(part.length - 1) ?? {};
    const end = start + (index === 0 ? part.length : index);
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}

function segmenter(): Intl.Segmenter {
  return new Intl.Segmenter(undefined, { granularity: 'grapheme' });
}

/** Characters as readers see them. */
function* graphemes(text: string): Generator<string> {
  if (narrow.test(text)) yield* text;
  else
    for (const part of parts(text))
      for (const { segment } of segmenter().segment(part)) yield segment;
}

/** Truncates a line without colors to `columns`, and ends it with an ellipsis. */
export function truncate(
  text: string,
  columns: number,
  terminal: { readonly unicode: boolean },
): string {
  const ellipsis = symbolFor(terminal, symbols.ellipsis).slice(0, Math.max(0, columns));
  let fitting = '';
  let used = 0;
  for (const grapheme of graphemes(text)) {
    const width = widthOf(grapheme);
    if (used + width > columns) return `${start(fitting, columns - ellipsis.length)}${ellipsis}`;
    fitting += grapheme;
    used += width;
  }
  return text;
}

function start(text: string, columns: number): string {
  return columns <= 0 ? '' : (chunks(text, columns)[0] ?? '').trimEnd();
}

export interface Span<Role> {
  readonly text: string;
  readonly role: Role;
}

/**
 * Breaks spans at spaces into lines of at most `columns`. A wider word (a URL, a hash, a command)
 * is kept in one piece, so that it can be copied.
 */
export function wrapSpans<Role>(spans: readonly Span<Role>[], columns: number): Span<Role>[][] {
  const lines: Span<Role>[][] = [];
  let current: Span<Role>[] = [];
  let used = 0;
  for (const { text, role } of spans.flatMap(wordsOf)) {
    const width = widthOf(text);
    if (current.length > 0 && used + 1 + width > columns) {
      lines.push(current);
      current = [];
      used = 0;
    }
    used += (current.length > 0 ? 1 : 0) + width;
    const last = current.at(-1);
    if (last?.role === role) current.splice(-1, 1, { text: `${last.text} ${text}`, role });
    else current.push({ text, role });
  }
  return current.length > 0 ? [...lines, current] : lines;
}

/** Breaks a sentence at spaces; `indent` is before each further line. */
export function wrap(text: string, indent: string, columns: number): string {
  const lines = wrapSpans([{ text, role: 'plain' }], columns - indent.length);
  return lines.map((line) => line.map((span) => span.text).join(' ')).join(`\n${indent}`);
}

/** Breaks text at spaces, and words that are too wide anywhere. */
export function wrapAnywhere(text: string, columns: number): string[] {
  return wrapSpans([{ text, role: 'plain' }], columns).flatMap((spans) => {
    const line = spans.map((span) => span.text).join(' ');
    return widthOf(line) <= columns ? [line] : chunks(line, columns);
  });
}

function chunks(line: string, columns: number): string[] {
  const pieces: string[] = [];
  let current = '';
  let used = 0;
  for (const grapheme of graphemes(line)) {
    const width = widthOf(grapheme);
    if (used + width > columns && current !== '') {
      pieces.push(current);
      current = '';
      used = 0;
    }
    current += grapheme;
    used += width;
  }
  return [...pieces, current];
}

/** Users copy a quoted command, and one after a final colon: each counts as one word. */
const commands = /"lumio [^"]*"|(?<=: )lumio (?:(?![.;:] ).)*$/g;
const joint = '\u0000';

function wordsOf<Role>({ text, role }: Span<Role>): Span<Role>[] {
  const joined = text.includes('lumio ')
    ? text.replaceAll(commands, (command) => command.replaceAll(' ', joint))
    : text;
  return joined.split(' ').map((word) => ({ text: word.replaceAll(joint, ' '), role }));
}
