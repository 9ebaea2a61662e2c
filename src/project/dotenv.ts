/**
 * `.env` files for `secrets import`, in the dialect of the `dotenv` package. That package passes over what it can't read and lets the last of
 * two equal keys win in silence; here both are found out, since a secret that is silently missing or wrong is worse than an error.
 */
import { parse } from 'dotenv';
import { LumioError } from '../errors.ts';
import { decodeText } from '../input/bytes.ts';
import { splitDotenv } from './dotenv-lines.ts';

export interface Assignment {
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

export interface DotenvFile {
  /** One per key, in the order of the lines that count. */
  readonly assignments: readonly Assignment[];
  /** Keys that stand in the file more than once; the last one counts. */
  readonly overridden: readonly {
    readonly key: string;
    readonly line: number;
    readonly byLine: number;
  }[];
}

/** A few hundred secrets with certificates among them; the dialect's multi-line quotes are costly to read beyond that. */
export const maxDotenvBytes = 256 * 1024;

const namedAtMost = 10;

/**
 * @param bytes the file, UTF-8
 * @param what how it is called in messages: a path, `stdin`
 * @throws LumioError refused: not UTF-8, too large, or lines that can't be read, with the number of each and never with its text
 */
export function parseDotenv(bytes: Buffer, what: string): DotenvFile {
  if (bytes.length > maxDotenvBytes)
    throw refused(
      'input_too_large',
      `${what} is larger than ${maxDotenvBytes / 1024} KiB.`,
      'Import it in parts.',
    );
  const text = decodeText(bytes, what);
  const nulLine = lineOfNul(text);
  if (nulLine !== undefined)
    throw refused(
      'invalid_dotenv',
      `${what} has a NUL character in line ${nulLine}.`,
      'It is probably no .env file.',
    );
  const unreadable: number[] = [];
  const all: Assignment[] = [];
  for (const { line, source } of splitDotenv(text)) {
    const read = readOne(source);
    if (read === undefined) unreadable.push(line);
    else all.push({ ...read, line });
  }
  if (unreadable.length > 0) throw unreadableLines(unreadable, what);
  return lastOfEach(all);
}

/** The one assignment in a piece of the file, as dotenv reads it; undefined when dotenv sees none, or more than one. */
function readOne(source: string | undefined): Omit<Assignment, 'line'> | undefined {
  if (source === undefined) return undefined;
  const [only, ...others] = Object.entries(parse(source));
  return only === undefined || others.length > 0 ? undefined : { key: only[0], value: only[1] };
}

function lastOfEach(all: readonly Assignment[]): DotenvFile {
  const lastLine = new Map(all.map(({ key, line }) => [key, line]));
  const overridden = all.flatMap(({ key, line }) => {
    const byLine = lastLine.get(key) ?? line;
    return byLine === line ? [] : [{ key, line, byLine }];
  });
  return { assignments: all.filter(({ key, line }) => lastLine.get(key) === line), overridden };
}

function lineOfNul(text: string): number | undefined {
  const offset = text.indexOf('\0');
  return offset === -1 ? undefined : text.slice(0, offset).split(/\r\n?|\n/).length;
}

function unreadableLines(lines: readonly number[], what: string): LumioError {
  const more = lines.length > namedAtMost ? ` and ${lines.length - namedAtMost} more` : '';
  const named = `${lines.slice(0, namedAtMost).join(', ')}${more}`;
  const message = `${what} can't be read in ${lines.length === 1 ? 'line' : 'lines'} ${named}.`;
  const hint =
    'A line is KEY=value, a comment after #, or empty; a quote that is opened has to be closed at the end of a line.';
  return new LumioError('refused', { code: 'invalid_dotenv', message, hint, details: { lines } });
}

function refused(code: string, message: string, hint: string): LumioError {
  return new LumioError('refused', { code, message, hint });
}
