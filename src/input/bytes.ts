/** Bytes that a user hands over: from stdin or from a file, never more than a bound, never decoded by guesswork. */
import { isUtf8 } from 'node:buffer';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { LumioError, systemCode } from '../errors.ts';

/** Where bytes come from. A path may also be a pipe, as in `--from-file <(command)`. */
export type InputSource =
  | { readonly kind: 'stdin'; readonly stream: Readable }
  | { readonly kind: 'file'; readonly path: string };

export interface Bounds {
  readonly maxBytes: number;
  /** Ends the reading with its reason, since a pipe may stay silent for ever. */
  readonly signal?: AbortSignal;
}

/** How an input is called in messages: `stdin`, or the path as given. */
export function inputName(source: InputSource): string {
  return source.kind === 'stdin' ? 'stdin' : source.path;
}

/**
 * @returns all bytes of the source, as they are
 * @throws LumioError refused: no such file, a folder, unreadable, or more than `maxBytes`
 */
export async function readInput(source: InputSource, bounds: Bounds): Promise<Buffer> {
  const name = inputName(source);
  try {
    return await collect(
      source.kind === 'stdin' ? source.stream : await openStream(source.path),
      name,
      bounds,
    );
  } catch (thrown) {
    throw translate(thrown, name);
  }
}

async function openStream(path: string): Promise<Readable> {
  const isPipe = (await stat(path)).isFIFO();
  if (!isPipe) return (await open(path, 'r')).createReadStream();
  // Opened in the ordinary way, a pipe that nobody writes to blocks a thread that nothing wakes, and with it the end of the process.
  const [{ constants, open: openDescriptor }, { Socket }, { promisify }] = await Promise.all([
    import('node:fs'),
    import('node:net'),
    import('node:util'),
  ]);
  const descriptor = await promisify(openDescriptor)(
    path,
    constants.O_RDONLY | constants.O_NONBLOCK,
  );
  return new Socket({ fd: descriptor, readable: true, writable: false });
}

/**
 * Reads a regular file that may be absent. A pipe or a device in its place is refused instead of waited for.
 * @param path absolute
 * @returns its bytes, or undefined when there is none
 * @throws LumioError refused: not a regular file, unreadable, or more than `maxBytes`
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<Buffer | undefined> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw unusable(path, 'not_a_file', `${path} is not a regular file.`);
  } catch (thrown) {
    // A folder above that can't be entered hides the file just as its absence would.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(systemCode(thrown) ?? ''))
      return undefined;
    throw translate(thrown, path);
  }
  return readInput({ kind: 'file', path }, { maxBytes });
}

/**
 * @param what how the bytes are called in the error
 * @returns the text, a byte order mark included
 * @throws LumioError refused, when the bytes are not valid UTF-8 (RFC 3629)
 */
export function decodeUtf8(bytes: Buffer, what: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new LumioError('refused', {
    code: 'invalid_utf8',
    message: `${what} is not valid UTF-8.`,
    hint: 'Save it as UTF-8; binary data can be given as base64 text.',
  });
}

/** Like {@link decodeUtf8}, for text files: without the byte order mark that some editors put in front. */
export function decodeText(bytes: Buffer, what: string): string {
  const text = decodeUtf8(bytes, what);
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

async function collect(
  stream: Readable,
  name: string,
  { maxBytes, signal }: Bounds,
): Promise<Buffer> {
  const stop = (): void => void stream.destroy(abortReason(signal));
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    return await concat(stream, name, maxBytes);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

async function concat(stream: Readable, name: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) throw tooLarge(name, maxBytes);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error
    ? reason
    : new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
}

function tooLarge(name: string, maxBytes: number): LumioError {
  // A bound may have a few bytes on top, such as those of a line end that is cut afterwards.
  const limit =
    maxBytes >= 1024 * 1024
      ? `${Math.floor(maxBytes / (1024 * 1024))} MiB`
      : `${Math.floor(maxBytes / 1024)} KiB`;
  return unusable(name, 'input_too_large', `${name} is larger than ${limit}.`);
}

function translate(thrown: unknown, name: string): unknown {
  switch (systemCode(thrown)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return unusable(name, 'no_such_file', `There is no file ${name}.`);
    case 'EISDIR':
      return unusable(name, 'not_a_file', `${name} is a folder, not a file.`);
    case 'EACCES':
    case 'EPERM':
      return unusable(name, 'unreadable_file', `${name} may not be read: permission denied.`);
    case undefined:
      return thrown;
    default:
      return new LumioError('refused', {
        code: 'unreadable_file',
        message: `${name} can't be read (${systemCode(thrown)}).`,
        hint: `Check what ${name} is.`,
        cause: thrown,
      });
  }
}

function unusable(name: string, code: string, message: string): LumioError {
  const hint =
    code === 'no_such_file'
      ? 'Check the path; it is taken relative to the working folder.'
      : `Check what ${name} is.`;
  return new LumioError('refused', { code, message, hint });
}
