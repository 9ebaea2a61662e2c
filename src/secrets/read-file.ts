/** Reads the file of `secrets import`, a `.env` file or a JSON object, and checks all of it. */
import { refusedFile } from '../errors.ts';
import type { Host } from '../host.ts';
import { decodeText, readBytes } from '../input/bytes.ts';
import { lastAssignments, parseDotenv, type SecretsFile } from '../project/dotenv.ts';
import { checkSecretName } from './name.ts';

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
