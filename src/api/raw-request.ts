/** Turns the arguments of `lumio api` into a request, and checks it before anything is sent. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { conflictingOptions, refusedFile, systemErrorText, usageError } from '../errors.ts';
import { parseJson, stringifyExactJson } from '../shared/json.ts';
import type { RawBody, RawRequest } from './client.ts';
import type { Method } from './contract.ts';
import { jsonFromFields, readHeaders, type Field } from './raw-fields.ts';
import type { Part } from './body.ts';

export interface RawRequestArguments {
  readonly path: string;
  /** Default: POST with a body, else GET. */
  readonly method: Method | undefined;
  /** `key=string` or `key:=json`: the query of a GET, else a JSON body. */
  readonly fields: readonly string[];
  /** `name=string`, `name=@file` or `name=@-`: a multipart body. */
  readonly form: readonly string[];
  /** A body that is sent unchanged: a file, or `-` for stdin. */
  readonly input: string | undefined;
  /** `name:value` */
  readonly headers: readonly string[];
}

export interface RawRequestDeps {
  /** Absolute path that files are relative to. */
  readonly cwd: string;
  /** Reads a file, or stdin for `-`. */
  readBytes(this: void, name: string): Promise<Uint8Array>;
}

/**
 * @throws LumioError `usage` for arguments that contradict each other, `refused` for an unreadable
 * file
 */
export async function buildRawRequest(
  args: RawRequestArguments,
  deps: RawRequestDeps,
): Promise<RawRequest> {
  checkOneBody(args);
  const path = unmangledPath(args.path);
  const { contentType, headers } = readHeaders(args.headers);
  const extra = Object.keys(headers).length === 0 ? {} : { headers };
  const hasBody = args.fields.length > 0 || args.form.length > 0 || args.input !== undefined;
  const method = args.method ?? (hasBody ? 'POST' : 'GET');
  if (method !== 'GET') {
    const body = await bodyOf(args, contentType, deps);
    return { method, path, ...extra, body };
  }
  if (args.form.length > 0 || args.input !== undefined) {
    throw conflictingOptions(
      'A GET request has no body.',
      'Remove --form and --input, or specify another --method.',
    );
  }
  return { method, path: withQuery(path, args.fields), ...extra };
}

/** The value of a secret in a request, so that it can be masked in the response. */
export function secretInRequest({ path, body }: RawRequest): string | undefined {
  if (!path.includes('/secrets/') || body === undefined) return undefined;
  if ('parts' in body) return body.parts.map(textOf).find((text) => text !== undefined);
  const document = parseJson(body.bytes);
  if (typeof document !== 'object' || document === null || !('value' in document)) return undefined;
  return typeof document.value === 'string' ? document.value : undefined;
}

function textOf(part: Part): string | undefined {
  if (part.name !== 'value' || !('value' in part)) return undefined;
  return typeof part.value === 'string' ? part.value : Buffer.from(part.value).toString();
}

function checkOneBody({ fields, form, input }: RawRequestArguments): void {
  const used = [
    fields.length > 0 ? '--field' : '',
    form.length > 0 ? '--form' : '',
    input === undefined ? '' : '--input',
  ].filter((name) => name !== '');
  if (used.length > 1)
    throw conflictingOptions(`${used.join(' and ')} can't be combined: a request has one body.`);
}

/** Shells that turn a leading slash into a Windows path (msys2.org, "Filesystem Paths"). */
const mangledPath =
  /^[a-z]:\/(?:.*?\/)?(?:git|portablegit|msys2|msys64|msys32|cygwin|cygwin64)(?=\/extensions(?:[/?]|$))/i;

/** Git Bash passes `/extensions` as `C:/Program Files/Git/extensions`. */
function unmangledPath(path: string): string {
  if (!/^[a-z]:[\\/]/i.test(path)) return path;
  const repaired = path.replace(mangledPath, '');
  if (repaired !== path) return repaired;
  throw usageError(
    'invalid_path',
    'The path is a Windows path. A shell such as Git Bash may have changed an API path.',
    'Remove the leading slash: extensions/<id>.',
  );
}

async function bodyOf(
  { fields, form, input }: RawRequestArguments,
  contentType: string | undefined,
  deps: RawRequestDeps,
): Promise<RawBody | undefined> {
  if (form.length > 0) return { parts: await partsOf(form, deps) };
  const type = contentType ?? 'application/json';
  if (input !== undefined) return { bytes: await deps.readBytes(input), contentType: type };
  if (fields.length === 0) return undefined;
  const document = jsonFromFields(fields.map(readField));
  return { bytes: Buffer.from(stringifyExactJson(document)), contentType: type };
}

function withQuery(path: string, fields: readonly string[]): string {
  if (fields.length === 0) return path;
  const query = new URLSearchParams();
  for (const { name, value } of fields.map(readField))
    query.append(name, typeof value === 'string' ? value : stringifyExactJson(value));
  return `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`;
}

/** `key=string`, or `key:=json` as in HTTPie. */
function readField(argument: string): Field {
  const { name, value } = split(argument, '--field', 'key=value');
  if (!name.endsWith(':')) return { name, value };
  const json = parseJson(Buffer.from(value));
  if (json !== undefined) return { name: name.slice(0, -1), value: json };
  throw usageError(
    'invalid_field',
    "The value of a --field key:=value isn't valid JSON, or has more than 1000 levels of nesting.",
    'Use key:=value for JSON, key=value for a string.',
  );
}

function partsOf(form: readonly string[], { cwd, readBytes }: RawRequestDeps): Promise<Part[]> {
  const fields = form.map((field) => split(field, '--form', 'name=@file or name=value'));
  if (fields.filter(({ value }) => value === '@-').length > 1)
    throw conflictingOptions('Only one --form can read stdin.', 'Use a file for the others.');
  return Promise.all(
    fields.map(async ({ name, value }) => {
      if (value === '@-')
        // The file name that curl sends.
        return { name, value: await readBytes('-'), fileName: '-', contentType: binary };
      return value.startsWith('@') ? filePart(name, value.slice(1), cwd) : { name, value };
    }),
  );
}

const binary = 'application/octet-stream';

function split(argument: string, flag: string, form: string): { name: string; value: string } {
  const at = argument.indexOf('=');
  // Without a name, the argument may be a secret: it isn't repeated.
  if (at < 1 || argument.startsWith(':='))
    throw usageError('invalid_field', `A ${flag} has no name before "=".`, `Write it as ${form}.`);
  return { name: argument.slice(0, at), value: argument.slice(at + 1) };
}

/** A form's length must be known before it is sent. */
async function filePart(name: string, file: string, cwd: string): Promise<Part> {
  const path = resolve(cwd, file);
  const hint = 'Check the path after "@". It is relative to the working directory.';
  const stats = await stat(path).catch((cause: unknown) => {
    const message = `Can't read the file for --form (${systemErrorText(cause)}).`;
    throw refusedFile('no_such_file', message, hint);
  });
  if (!stats.isFile())
    throw refusedFile('not_a_file', `${path}, the file for --form, isn't a regular file.`, hint);
  const contentType = /\.(?:gz|tgz)$/i.test(path) ? 'application/gzip' : binary;
  return { name, path, sizeBytes: stats.size, fileName: basename(path), contentType };
}
