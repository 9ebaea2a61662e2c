/**
 * Reads `.env` files as the `dotenv` package does, with line numbers. dotenv silently skips lines
 * that it can't read and keeps the last of two equal keys; here an unreadable line is an error, and
 * equal keys are reported.
 */
import { parse } from 'dotenv';
import { LumioError } from '../errors.ts';

export interface Assignment {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

interface Overridden {
  readonly key: string;
  readonly line: number;
  /** The line of the last assignment, which takes effect. */
  readonly byLine: number;
}

export interface SecretsFile {
  /** One per key, in file order. */
  readonly assignments: readonly Assignment[];
  readonly overridden: readonly Overridden[];
  /** Lines that dotenv reads differently from what their author probably wanted. */
  readonly notes: readonly LineNote[];
}

/**
 * `hash`: the value ends at a `#` without a space before it. `quote`: it starts with a quote that
 * is never closed.
 */
interface LineNote {
  readonly line: number;
  readonly reason: 'hash' | 'quote';
}

interface Statement {
  readonly offset: number;
  /** Undefined where dotenv reads nothing. */
  readonly key: string | undefined;
  /** What follows the key, without the comment. */
  readonly rest: string;
  readonly reason: LineNote['reason'] | undefined;
}

const maxLinesShown = 10;

// The parts of dotenv's regular expression. Matched one after another they take linear time.
const head = /(?:export\s+)?([\w.-]+)(\s*=|:\s)/y;
const blank = /\s*/y;
const unquoted = /[^#\n]*/y;
const restOfLine = /.*/y;
const endOfValue = /[^\S\n\u2028\u2029]*(?:#|$)/my;

/**
 * @param text without byte order mark
 * @param name of the file, for errors
 * @throws LumioError refused, with the numbers of the lines that dotenv doesn't read, never with
 * their text
 */
export function parseDotenv(text: string, name: string): SecretsFile {
  const all: Assignment[] = [];
  const notes: LineNote[] = [];
  const unreadable: number[] = [];
  const normalized = text.replaceAll(/\r\n?/g, '\n');
  const lineAt = lineCounter(normalized);
  for (const { offset, key, rest, reason } of statements(normalized)) {
    const line = lineAt(offset);
    // The key is replaced, since dotenv drops `__proto__`.
    const value = key === undefined ? undefined : parse(`KEY${rest}`)['KEY'];
    if (key === undefined || value === undefined) unreadable.push(line);
    else all.push({ key, value, line });
    if (reason !== undefined) notes.push({ line, reason });
  }
  if (unreadable.length > 0) throw unreadableLines(unreadable, name);
  return { ...lastAssignments(all), notes };
}

/** The last assignment of each key takes effect. */
export function lastAssignments(all: readonly Assignment[]): Omit<SecretsFile, 'notes'> {
  const lastLine = new Map(all.map(({ key, line }) => [key, line]));
  const lastIndex = new Map(all.map(({ key }, index) => [key, index]));
  return {
    assignments: all.filter(({ key }, index) => lastIndex.get(key) === index),
    overridden: all.flatMap(({ key, line }, index) =>
      lastIndex.get(key) === index ? [] : [{ key, line, byLine: lastLine.get(key) ?? line }],
    ),
  };
}

function* statements(text: string): Generator<Statement> {
  let offset = match(blank, text, 0);
  while (offset < text.length) {
    let end = offset;
    head.lastIndex = offset;
    const [, key, separator = ''] = (text[offset] !== '#' && head.exec(text)) || [];
    if (key !== undefined) {
      const start = head.lastIndex;
      const quotedEnd = endOfQuoted(text, match(blank, text, start));
      end = quotedEnd ?? match(unquoted, text, start);
      const reason = quotedEnd === undefined ? reasonFor(text, start, end) : undefined;
      yield { offset, key, rest: separator + text.slice(start, end), reason };
    } else if (text[offset] !== '#') yield { offset, key, rest: '', reason: undefined };
    offset = match(blank, text, match(restOfLine, text, end));
  }
}

/**
 * The closing quote is the first one without a backslash before it. If text follows it, it is the
 * last one with a backslash that ends its line, as in `"C:\dir\"`.
 */
function endOfQuoted(text: string, open: number): number | undefined {
  const quote = text[open];
  if (quote === undefined || !`'"\``.includes(quote)) return undefined;
  const closes = (at: number): boolean => match(endOfValue, text, at + 1) !== -1;
  const escaped: number[] = [];
  for (let at = text.indexOf(quote, open + 1); at !== -1; at = text.indexOf(quote, at + 1)) {
    if (text[at - 1] === '\\') {
      escaped.push(at);
      continue;
    }
    if (closes(at)) return at + 1;
    break;
  }
  const last = escaped.findLast(closes);
  return last === undefined ? undefined : last + 1;
}

function reasonFor(text: string, start: number, end: number): Statement['reason'] {
  if (text[end] === '#' && /\S/.test(text[end - 1] ?? '')) return 'hash';
  const value = text.slice(start, end).trim();
  const isOpen = /^['"`]/.test(value) && (value.length === 1 || value[0] !== value.at(-1));
  return isOpen ? 'quote' : undefined;
}

/** @returns where the sticky pattern ends, or -1 */
function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** @returns the line of an offset, for offsets in ascending order */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let position = 0;
  return (offset) => {
    for (; position < offset; position += 1) if (text[position] === '\n') line += 1;
    return line;
  };
}

function unreadableLines(lines: readonly number[], name: string): LumioError {
  const more = lines.length > maxLinesShown ? ` and ${lines.length - maxLinesShown} more` : '';
  const shown = `${lines.slice(0, maxLinesShown).join(', ')}${more}`;
  return new LumioError('refused', {
    code: 'invalid_dotenv',
    message: `${name} has no assignment in ${lines.length === 1 ? 'line' : 'lines'} ${shown}.`,
    hint: 'Write each line as KEY=value, or start it with # for a comment.',
    details: { lines },
  });
}
