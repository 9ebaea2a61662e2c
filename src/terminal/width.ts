/** How many columns text takes, and making it take fewer. The only importer of string-width. */
import stringWidth from 'string-width';
import { symbolFor, symbols } from './symbols.ts';

/** Columns that a line takes on a terminal: wide and emoji characters two, combining ones and colours none. */
export function widthOf(text: string): number {
  // Nearly all text is plain ASCII, for which looking for emoji is a thousand times the work.
  return plainAscii.test(text) ? text.length : stringWidth(text);
}

const plainAscii = /^[ -~]*$/;

/** Cuts a plain line to `columns`, between what a reader sees as characters, and says so by an ellipsis. */
export function cut(text: string, columns: number, surface: { readonly unicode: boolean }): string {
  if (widthOf(text) <= columns) return text;
  const ellipsis = symbolFor(surface, symbols.ellipsis).slice(0, Math.max(0, columns));
  const room = columns - ellipsis.length;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(
    text,
  )) {
    used += widthOf(segment);
    if (used > room) break;
    kept += segment;
  }
  return kept.trimEnd() + ellipsis;
}

/** A run of text in one role. */
export interface Span<Role> {
  readonly text: string;
  readonly role: Role;
}

/**
 * Breaks spans at spaces into lines of at most `columns`. A single word that is wider (a URL, a hash, a command of lumio) is left whole, since a
 * terminal folds it by itself and it can then be copied in one piece.
 */
export function wrap<Role>(spans: readonly Span<Role>[], columns: number): Span<Role>[][] {
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
    if (last !== undefined && last.role === role)
      current[current.length - 1] = { text: `${last.text} ${text}`, role };
    else current.push({ text, role });
  }
  return current.length > 0 ? [...lines, current] : lines;
}

/** Breaks text at spaces, and words that are too wide anywhere: where a column of a table has only so many columns. */
export function foldAnywhere(text: string, columns: number): string[] {
  return wrap([{ text, role: 'plain' }], columns).flatMap((spans) =>
    chunks(spans.map((span) => span.text).join(' '), columns),
  );
}

function chunks(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const pieces: string[] = [];
  let current = '';
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(
    line,
  )) {
    if (current !== '' && widthOf(current + segment) > columns) {
      pieces.push(current);
      current = '';
    }
    current += segment;
  }
  return [...pieces, current];
}

/** A quoted command, and one that ends a text after a colon, are copied: they count as one word. */
const commands = /"lumio [^"]*"|(?<=: )lumio (?:(?![.;:] ).)*$/g;
const joint = '\u0000';

function wordsOf<Role>({ text, role }: Span<Role>): Span<Role>[] {
  const joined = text.includes('lumio ')
    ? text.replaceAll(commands, (command) => command.replaceAll(' ', joint))
    : text;
  return joined.split(' ').map((word) => ({ text: word.replaceAll(joint, ' '), role }));
}
