/** Reads the file of `secrets import`, a `.env` file or a JSON object, and checks all of it. */
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { decodeText, readBytes } from '../input/bytes.ts';
import { type SecretsFile, parseDotenv } from '../project/dotenv.ts';
import { checkSecretName } from './name.ts';

/**
 * @param given a path relative to the working directory, or `-` for stdin
 * @returns at least one assignment
 * @throws LumioError refused: missing, not UTF-8, unreadable lines, empty values, no assignment; usage: an invalid name or JSON
 */
export async function readSecretsFile(
  given: string,
  host: Pick<Host, 'cwd' | 'stdin' | 'signal'>,
  { allowEmpty }: { allowEmpty: boolean },
): Promise<SecretsFile> {
  const name = given === '-' ? 'stdin' : given;
  const file = await parse(decodeText(await readBytes(given, host), name), name);
  if (file.assignments.length === 0)
    throw refused('nothing_to_import', `${name} contains no secrets.`, 'Add a line KEY=value.');
  for (const { key, line } of file.assignments)
    checkSecretName(key, `The name in line ${line} of ${name}`);
  const empty = file.assignments.filter(({ value }) => value === '');
  if (empty.length > 0 && !allowEmpty)
    throw refused(
      'empty_secret',
      `${name} has no value for ${empty.map(({ key, line }) => `${key} (line ${line})`).join(', ')}.`,
      'Pass --allow-empty to set empty values.',
    );
  return file;
}

async function parse(text: string, name: string): Promise<SecretsFile> {
  const nul = text.indexOf('\0');
  if (nul !== -1)
    throw refused(
      'invalid_dotenv',
      `${name} contains a NUL character in line ${text.slice(0, nul).split(/\r\n?|\n/).length}.`,
      'Save it as UTF-8 text.',
    );
  return parseDotenv(text, name);
}

function refused(code: string, message: string, hint: string): LumioError {
  return new LumioError('refused', { code, message, hint });
}
