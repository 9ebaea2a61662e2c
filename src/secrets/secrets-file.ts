/** Reads the file of `secrets import`, a `.env` file or a JSON object, and checks all of it. */
import { parse as parseWithDotenv } from 'dotenv';
import { LumioError, refusedFile } from '../errors.ts';
import type { Host } from '../host.ts';
import { decodeText, readBytes } from '../input/bytes.ts';
import { formatList } from '../shared/quantities.ts';
import { checkSecretName } from './name.ts';

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

/**
 * @param path a path relative to the working directory, or `-` for stdin
 * @returns at least one assignment
 * @throws LumioError refused: missing, not UTF-8, unreadable lines, empty values, no assignment;
 * usage: an invalid name or JSON
 */
export async function readSecretsFile(
  path: string,
  host: Pick<Host, 'cwd' | 'stdin' | 'signal'>,
  { allowEmpty }: { allowEmpty: boolean },
): Promise<SecretsFile> {
  const name = path === '-' ? 'stdin' : path;
  const file = await parse(decodeText(await readBytes(path, host), name), name);
  if (file.assignments.length === 0)
    throw refusedFile(
      'nothing_to_import',
      `${name} contains no secrets.`,
      'Add a line KEY=value, or a member to the JSON object.',
    );
  for (const { key, line } of file.assignments)
    checkSecretName(key, `The name on line ${line} of ${name}`);
  const empty = file.assignments.filter(({ value }) => value === '');
  if (empty.length > 0 && !allowEmpty)
    throw refusedFile(
      'empty_secret',
      // A wrapped value can look like a name.
      `${name} has names without a value, on line ${empty.map(({ line }) => line).join(', ')}.`,
      'Pass --allow-empty to set empty values.',
    );
  return file;
}

async function parse(text: string, name: string): Promise<SecretsFile> {
  const nul = text.indexOf('\0');
  if (nul !== -1)
    throw refusedFile(
      'invalid_dotenv',
      `${name} contains a NUL character on line ${text.slice(0, nul).split(/\r\n?|\n/).length}.`,
      'Save it as UTF-8 text.',
    );
  // No assignment of a .env file starts with a brace.
  return text.trimStart().startsWith('{') ? parseJsonSecrets(text, name) : parseDotenv(text, name);
}

async function parseJsonSecrets(text: string, name: string): Promise<SecretsFile> {
  const { jsonEntries, readJsonObject } = await import('../input/json.ts');
  await readJsonObject(Buffer.from(text), name);
  const entries = await jsonEntries(text, name);
  const others = entries.filter(({ value }) => typeof value !== 'string');
  if (others.length > 0)
    throw refusedFile(
      'invalid_secrets',
      `${name} contains a value that isn't a string, first on line ${others[0]?.line}.`,
      'Put every value in double quotes.',
    );
  const broken = entries.find(({ value }) => /\p{Cs}/u.test(String(value)));
  if (broken !== undefined)
    throw refusedFile(
      'invalid_utf8',
      `${name} contains a lone surrogate on line ${broken.line}, which has no UTF-8 form.`,
      'Write characters above U+FFFF literally, or as two \\u escapes.',
    );
  const all = entries.map(({ key, value, line }) => ({ key, value: String(value), line }));
  return { ...lastAssignments(all), notes: [] };
}

const maxLinesShown = 10;

// The parts of dotenv's regular expression. Matched one after another they take linear time.
const head = /(?:export\s+)?([\w.-]+)(\s*=|:\s)/y;
const blank = /\s*/y;
const unquoted = /[^#\n]*/y;
const restOfLine = /.*/y;
const endOfValue = /[^\S\n\u2028\u2029]*(?:#|$)/my;

/**
 * Reads as the `dotenv` package does, with line numbers. dotenv silently skips lines that it can't
 * read and keeps the last of two equal keys; here an unreadable line is an error, and equal keys
 * are reported.
 * @param text without byte order mark
 * @param name of the file, for errors
 * @throws LumioError refused, with the numbers of the lines that dotenv doesn't read, never with
 * their text
 * @internal Exported for tests.
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
    const value = key === undefined ? undefined : parseWithDotenv(`KEY${rest}`)['KEY'];
    if (key === undefined || value === undefined) unreadable.push(line);
    else all.push({ key, value, line });
    if (reason !== undefined) notes.push({ line, reason });
  }
  if (unreadable.length > 0) throw unreadableLines(unreadable, name);
  return { ...lastAssignments(all), notes };
}

/** The last assignment of each key takes effect. */
function lastAssignments(all: readonly Assignment[]): Omit<SecretsFile, 'notes'> {
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
  const shown = formatList(lines, maxLinesShown);
  return new LumioError('refused', {
    code: 'invalid_dotenv',
    message: `${name} has no assignment in ${lines.length === 1 ? 'line' : 'lines'} ${shown}.`,
    hint: 'Write each line as KEY=value, or start it with # for a comment.',
    details: { lines },
  });
}
