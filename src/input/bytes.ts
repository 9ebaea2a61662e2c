/** Reads bytes from stdin or a file, up to a limit, and decodes them strictly. */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { LumioError, refusedFile, systemCode, systemErrorText } from '../errors.ts';
import type { Host } from '../host.ts';
import { formatBytes } from '../shared/quantities.ts';

/** The path may be a FIFO, as in `--from-file <(command)`. */
type InputSource =
  | { readonly kind: 'stdin'; readonly stream: Readable }
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Replaces the path in messages. */
      readonly label?: string;
    };

interface Limits {
  readonly maxBytes: number;
  /** Stops reading a pipe that stays silent. */
  readonly signal?: AbortSignal | undefined;
}

/** For JSON bodies and text; bundles are streamed instead. */
const maxInputBytes = 16 * 1024 * 1024;

/** @throws LumioError refused: missing, a directory, unreadable, or larger than `maxBytes` */
export async function readInput(source: InputSource, limits: Limits): Promise<Buffer> {
  const name = source.kind === 'stdin' ? 'stdin' : (source.label ?? source.path);
  try {
    const stream = source.kind === 'stdin' ? source.stream : await openStream(source.path);
    return await collect(stream, name, limits);
  } catch (thrown) {
    throw fileError(thrown, name, source.kind === 'file' ? source.label : undefined);
  }
}

/**
 * @param path relative to `cwd`, or `-` for stdin
 * @throws LumioError refused: missing, unreadable, or more than 16 MiB
 */
export async function readBytes(
  path: string,
  { cwd, stdin, signal }: Pick<Host, 'cwd' | 'stdin' | 'signal'>,
): Promise<Buffer> {
  const source: InputSource =
    path === '-'
      ? { kind: 'stdin', stream: stdin.stream() }
      : { kind: 'file', path: resolve(cwd, path) };
  return readInput(source, { maxBytes: maxInputBytes, signal });
}

/** All of stdin as one trimmed string, such as an API key. */
export async function readStdinLine(host: Host): Promise<string> {
  return decodeText(await readBytes('-', host), 'stdin').trim();
}

/**
 * Reads synchronously, because loading node:fs/promises costs more than reading a small file.
 * @param path absolute
 * @returns undefined if there is no file
 * @throws LumioError refused: not a regular file, unreadable, or larger than `maxBytes`
 */
export function readRegularFile(path: string, maxBytes: number): Buffer | undefined {
  let stats;
  try {
    stats = statSync(path);
  } catch (thrown) {
    // A parent directory that can't be entered hides the file.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(systemCode(thrown) ?? ''))
      return undefined;
    throw fileError(thrown, path);
  }
  if (!stats.isFile())
    throw refusedFile('not_a_file', `${path} isn't a regular file.`, checkPathHint);
  if (stats.size > maxBytes) throw tooLarge(path, maxBytes);
  try {
    return readFileSync(path);
  } catch (thrown) {
    throw fileError(thrown, path);
  }
}

/**
 * @param name of the input, for the error
 * @returns the text with its byte order mark, if any
 * @throws LumioError refused, if the bytes aren't valid UTF-8 (RFC 3629)
 */
export function decodeUtf8(bytes: Buffer, name: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const isUtf16 = ['fffe', 'feff'].includes(bytes.toString('hex', 0, 2));
  throw isUtf16
    ? refusedFile(
        'invalid_utf8',
        `${name} is UTF-16, not UTF-8.`,
        'Save it as UTF-8. In Windows PowerShell: Out-File -Encoding utf8.',
      )
    : refusedFile(
        'invalid_utf8',
        `${name} isn't valid UTF-8.`,
        'Save it as UTF-8, or encode binary data as base64.',
      );
}

/** Like {@link decodeUtf8}, without the byte order mark. */
export function decodeText(bytes: Buffer, name: string): string {
  const text = decodeUtf8(bytes, name);
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

async function openStream(path: string): Promise<Readable> {
  if (!(await stat(path)).isFIFO()) return (await open(path, 'r')).createReadStream();
  // Without O_NONBLOCK a FIFO without a writer blocks a thread, and the process never exits.
  const [{ constants, open: openDescriptor }, { Socket }, { promisify }] = await Promise.all([
    import('node:fs'),
    import('node:net'),
    import('node:util'),
  ]);
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const descriptor = await promisify(openDescriptor)(path, flags);
  return new Socket({ fd: descriptor, readable: true, writable: false });
}

async function collect(
  stream: Readable,
  name: string,
  { maxBytes, signal }: Limits,
): Promise<Buffer> {
  const stop = (): void => void stream.destroy(abortReason(signal));
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      sizeBytes += bytes.length;
      if (sizeBytes > maxBytes) throw tooLarge(name, maxBytes);
      chunks.push(bytes);
    }
    return Buffer.concat(chunks);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error
    ? reason
    : new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
}

const checkPathHint = 'Check the path.';

export function tooLarge(name: string, maxBytes: number): LumioError {
  return refusedFile(
    'input_too_large',
    `${name} is larger than ${formatBytes(maxBytes)}.`,
    'Use a smaller input.',
  );
}

/** @param label replaces a name that may be a misplaced value */
function fileError(thrown: unknown, name: string, label = 'The specified file'): unknown {
  const code = systemCode(thrown);
  switch (code) {
    case undefined:
      return thrown;
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return refusedFile(
        'no_such_file',
        `${label} doesn't exist.`,
        'Check the path. Relative paths start at the working directory.',
      );
    case 'EISDIR':
      return refusedFile('not_a_file', `${name} is a directory, not a file.`, checkPathHint);
    case 'EACCES':
    case 'EPERM':
      return refusedFile(
        'unreadable_file',
        `Permission to read ${name} was denied.`,
        checkPathHint,
      );
    default:
      return refusedFile(
        'unreadable_file',
        `Can't read ${name} (${systemErrorText(thrown)}).`,
        checkPathHint,
        thrown,
      );
  }
}
