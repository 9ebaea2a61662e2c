/** The words of `lumio api` as a request. Fields and files are checked before anything is sent. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { LumioError, systemErrorText } from '../errors.ts';
import type { RawBody, RawRequest } from './client.ts';
import type { Method } from './contract.ts';
import { parseJson } from './json.ts';
import type { Part } from './request-body.ts';

/** What was written on the command line. */
export interface RawRequestArguments {
  readonly path: string;
  /** Without it: POST when there is a body, else GET. */
  readonly method: Method | undefined;
  /** `key=text` or `key:=json`; the query of a GET, else a JSON body. */
  readonly fields: readonly string[];
  /** `name=text` or `name=@file`; a multipart body. */
  readonly form: readonly string[];
  /** A JSON body as it is: a file, or `-` for stdin. */
  readonly input: string | undefined;
}

export interface RawRequestDeps {
  /** Absolute path that files are relative to. */
  readonly cwd: string;
  /** Reads what `--input` names. */
  readBytes(this: void, given: string): Promise<Uint8Array>;
}

/**
 * @throws LumioError usage, for words that contradict each other or can't be read; refused, for a file that can't be sent
 */
export async function buildRawRequest(
  words: RawRequestArguments,
  surroundings: RawRequestDeps,
): Promise<RawRequest> {
  checkOneBody(words);
  const path = unmangledPath(words.path);
  const hasBody = words.fields.length > 0 || words.form.length > 0 || words.input !== undefined;
  const method = words.method ?? (hasBody ? 'POST' : 'GET');
  if (method !== 'GET') return { method, path, body: await bodyOf(words, surroundings) };
  if (words.form.length > 0 || words.input !== undefined) {
    throw wrong(
      'conflicting_options',
      'A GET request has no body.',
      'Leave out --form and --input, or choose another --method.',
    );
  }
  return { method, path: withQuery(path, words.fields) };
}

/** The secret's value that a request carries, so that it can be masked, should the server repeat it; undefined where it carries none. */
export function sentSecret({ path, body }: RawRequest): string | undefined {
  if (!path.includes('/secrets/') || body === undefined) return undefined;
  if ('parts' in body) return body.parts.map(textOf).find((text) => text !== undefined);
  const document = parseJson(body.bytes);
  // Also beside fields that the contract does not know: sent it is.
  if (typeof document !== 'object' || document === null || !('value' in document)) return undefined;
  return typeof document.value === 'string' ? document.value : undefined;
}

function textOf(part: Part): string | undefined {
  return part.name === 'value' && 'value' in part ? part.value : undefined;
}

function checkOneBody({ fields, form, input }: RawRequestArguments): void {
  const given = [
    fields.length > 0 ? '--field' : '',
    form.length > 0 ? '--form' : '',
    input === undefined ? '' : '--input',
  ].filter((name) => name !== '');
  if (given.length > 1)
    throw wrong(
      'conflicting_options',
      `${given.join(' and ')} each make a body.`,
      'A request has one body: use one of them.',
    );
}

/** Installed roots of the shells that turn an argument beginning with a slash into a Windows path (msys2.org, "Filesystem Paths"). */
const mangledPath =
  /^[a-z]:\/(?:.*?\/)?(?:git|portablegit|msys2|msys64|msys32|cygwin|cygwin64)(?=\/extensions(?:[/?]|$))/i;

/**
 * Takes back what Git Bash does to `/extensions`: it hands over `C:/Program Files/Git/extensions`.
 * @throws LumioError usage, for a Windows path that no API path can be told from
 */
function unmangledPath(text: string): string {
  if (!/^[a-z]:[\\/]/i.test(text)) return text;
  const repaired = text.replace(mangledPath, '');
  if (repaired !== text) return repaired;
  throw wrong(
    'invalid_path',
    `"${text}" is a Windows path: a shell such as Git Bash may have made it of an API path.`,
    'Leave out the leading slash: extensions/<id>.',
  );
}

async function bodyOf(
  { fields, form, input }: RawRequestArguments,
  { cwd, readBytes }: RawRequestDeps,
): Promise<RawBody | undefined> {
  if (form.length > 0) return { parts: await Promise.all(form.map((word) => partOf(word, cwd))) };
  if (input !== undefined)
    return { bytes: await readBytes(input), contentType: 'application/json' };
  if (fields.length === 0) return undefined;
  return {
    bytes: Buffer.from(JSON.stringify(Object.fromEntries(fields.map(readField)))),
    contentType: 'application/json',
  };
}

function withQuery(path: string, fields: readonly string[]): string {
  if (fields.length === 0) return path;
  const query = new URLSearchParams();
  for (const [key, value] of fields.map(readField))
    query.append(key, typeof value === 'string' ? value : JSON.stringify(value));
  return `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`;
}

/** `key=text` is a text to the last character; `key:=json` is any JSON value, as HTTPie has it. */
function readField(word: string): [key: string, value: unknown] {
  const { name, value } = split(word, '--field', 'key=value');
  if (!name.endsWith(':')) return [name, value];
  try {
    return [name.slice(0, -1), JSON.parse(value)];
  } catch {
    throw wrong(
      'invalid_field',
      `The value of --field "${name}=" is not valid JSON.`,
      'key:=value takes JSON, key=value takes text.',
    );
  }
}

async function partOf(word: string, cwd: string): Promise<Part> {
  const { name, value } = split(word, '--form', 'name=@file or name=text');
  return value.startsWith('@') ? filePart(name, value.slice(1), cwd) : { name, value };
}

function split(word: string, flag: string, form: string): { name: string; value: string } {
  const at = word.indexOf('=');
  // The word is not quoted: without its name it may be a bare secret.
  if (at < 1 || word.startsWith(':='))
    throw wrong('invalid_field', `A ${flag} has no name before a "=".`, `Write it as ${form}.`);
  return { name: word.slice(0, at), value: word.slice(at + 1) };
}

/** The length of a form has to be known before it is sent, so only regular files will do. */
async function filePart(name: string, given: string, cwd: string): Promise<Part> {
  const path = resolve(cwd, given);
  const stats = await stat(path).catch((cause: unknown) => {
    throw refused(
      'no_such_file',
      `The file of --form "${name}", ${path}, can't be read (${systemErrorText(cause)}).`,
    );
  });
  if (!stats.isFile())
    throw refused('not_a_file', `${path}, which --form "${name}" names, is not a regular file.`);
  const contentType = /\.(?:gz|tgz)$/i.test(path) ? 'application/gzip' : 'application/octet-stream';
  return { name, path, sizeBytes: stats.size, fileName: basename(path), contentType };
}

function refused(code: string, message: string): LumioError {
  return new LumioError('refused', {
    code,
    message,
    hint: 'Check the path behind the "@"; it is taken relative to the working folder.',
  });
}

function wrong(code: string, message: string, hint: string): LumioError {
  return new LumioError('usage', { code, message, hint });
}
