/** The file of `secrets import`, read and checked as a whole before anything is sent. */
import { resolve } from 'node:path';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { readInput } from '../input/bytes.ts';
import { type DotenvFile, maxDotenvBytes, parseDotenv } from '../project/dotenv.ts';
import { checkSecretKey } from '../project/secret-key.ts';

/** What to do with `KEY=`. */
export type EmptyValues = 'accept' | 'refuse';

/**
 * @param given a path, relative to the working folder, or `-` for stdin
 * @returns at least one assignment, one per key
 * @throws LumioError refused: no such file, not UTF-8, lines that can't be read, empty values, nothing in it; usage: a key that no path can hold
 */
export async function readAssignments(
  given: string,
  host: Pick<Host, 'cwd' | 'stdin' | 'signal'>,
  emptyValues: EmptyValues,
): Promise<DotenvFile> {
  const source =
    given === '-'
      ? ({ kind: 'stdin', stream: host.stdin.stream() } as const)
      : ({ kind: 'file', path: resolve(host.cwd, given) } as const);
  const what = given === '-' ? 'stdin' : given;
  const file = parseDotenv(
    await readInput(source, { maxBytes: maxDotenvBytes + 1, signal: host.signal }),
    what,
  );
  if (file.assignments.length === 0)
    throw refused('nothing_to_import', `${what} assigns nothing.`, 'A line is KEY=value.');
  for (const { key } of file.assignments) checkSecretKey(key);
  if (emptyValues === 'refuse') checkFilled(file, what);
  return file;
}

function checkFilled({ assignments }: DotenvFile, what: string): void {
  const empty = assignments
    .filter(({ value }) => value === '')
    .map(({ key, line }) => `${key} (line ${line})`);
  if (empty.length === 0) return;
  throw refused(
    'empty_secret',
    `${what} gives no value for ${empty.join(', ')}.`,
    'If empty values are meant, add --allow-empty.',
  );
}

function refused(code: string, message: string, hint: string): LumioError {
  return new LumioError('refused', { code, message, hint });
}
