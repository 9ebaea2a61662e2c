/**
 * Request bodies: JSON, and forms (multipart/form-data, RFC 7578) that stream files from disk.
 * Decompresses response bodies.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import { stringifyExactJson } from '../shared/json.ts';
import { ConnectionError } from './failure.ts';

/** Bytes, or a stream that is opened again for each attempt. */
export type Body =
  | { readonly contentType: string; readonly bytes: Uint8Array }
  | {
      readonly contentType: string;
      readonly sizeBytes: number;
      /** @param onSent receives how many bytes of the body the network has accepted so far */
      open(onSent: (sentBytes: number) => void): AsyncIterable<Uint8Array>;
    };

/** Size of a body in bytes, 0 without one. */
export function sizeOf(body: Body | undefined): number {
  if (body === undefined) return 0;
  return 'bytes' in body ? body.bytes.length : body.sizeBytes;
}

export function jsonBody(value: unknown): Body {
  return { contentType: 'application/json', bytes: Buffer.from(stringifyExactJson(value)) };
}

/** Writes the body and ends the request; stops early when the signal aborts. */
export async function writeBody(
  request: Writable,
  body: Body | undefined,
  { onSent, signal }: { onSent: (sentBytes: number) => void; signal: AbortSignal },
): Promise<void> {
  if (body === undefined || 'bytes' in body) {
    request.end(body?.bytes);
    return;
  }
  for await (const chunk of body.open(onSent)) {
    if (signal.aborted || request.destroyed) return;
    if (!request.write(chunk)) await once(request, 'drain', { signal });
  }
  request.end();
}

/** One field of a form: a string, a file in memory, or a file on disk. */
export type Part =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string;
      readonly value: Uint8Array;
      readonly fileName: string;
      readonly contentType: string;
    }
  | {
      readonly name: string;
      /** Absolute path. */
      readonly path: string;
      readonly sizeBytes: number;
      readonly fileName: string;
      readonly contentType: string;
    };

/** An upload keeps two chunks in memory; bigger ones aren't faster. */
const chunkBytes = 512 * 1024;

/**
 * @returns a body that reads the files again for each attempt; throws LumioError `refused` when a
 * file's size changed
 */
export function multipartBody(parts: readonly Part[]): Body {
  const boundary = `lumio-${randomUUID()}`;
  const heads = parts.map((part) => Buffer.from(`--${boundary}\r\n${headOf(part)}\r\n\r\n`));
  const tail = Buffer.from(`--${boundary}--\r\n`);
  const sizes = parts.map((part) =>
    'path' in part ? part.sizeBytes : Buffer.byteLength(part.value),
  );
  const sizeBytes = heads.reduce(
    (sum, head, index) => sum + head.length + (sizes[index] ?? 0) + lineEnd.length,
    tail.length,
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    sizeBytes,
    open: (onSent) => counted(formBytes(parts, heads, tail), onSent),
  };
}

const lineEnd = Buffer.from('\r\n');

function headOf(part: Part): string {
  const disposition = `Content-Disposition: form-data; name="${escapeName(part.name)}"`;
  if (!('fileName' in part)) return disposition;
  return (
    `${disposition}; filename="${escapeName(part.fileName)}"\r\n` +
    `Content-Type: ${part.contentType}`
  );
}

/**
 * WHATWG HTML, "multipart/form-data encoding algorithm": what would end the quoted string or the
 * line is percent-encoded.
 */
function escapeName(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
}

async function* formBytes(
  parts: readonly Part[],
  heads: readonly Buffer[],
  tail: Buffer,
): AsyncGenerator<Uint8Array> {
  for (const [index, part] of parts.entries()) {
    yield heads[index] ?? lineEnd;
    if ('path' in part) yield* fileBytes(part.path, part.sizeBytes);
    else yield typeof part.value === 'string' ? Buffer.from(part.value) : part.value;
    yield lineEnd;
  }
  yield tail;
}

/** A chunk is reported when the next one is requested: by then, the socket has accepted it. */
async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onSent: (sentBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let sentBytes = 0;
  for await (const chunk of chunks) {
    yield chunk;
    sentBytes += chunk.length;
    onSent(sentBytes);
  }
}

/**
 * Reads the next chunk while the previous one is being sent. A buffer is reused once the next chunk
 * is requested.
 */
async function* fileBytes(path: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  const file = await open(path).catch((error: unknown) => Promise.reject(changed(path, error)));
  try {
    if ((await file.stat()).size !== sizeBytes) throw changed(path);
    let [current, spare] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
    let reading = fill(file, current, 0);
    for (let position = 0; position < sizeBytes;) {
      const length = await reading;
      position += length;
      if (length === 0 || position > sizeBytes) throw changed(path);
      const chunk = current.subarray(0, length);
      [current, spare] = [spare, current];
      reading = fill(file, current, position);
      yield chunk;
    }
    if ((await reading) !== 0) throw changed(path);
  } finally {
    await file.close();
  }
}

/**
 * Fills the buffer, except at the end of the file. A read error ends the file early, which the
 * caller detects by the size.
 */
async function fill(file: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file
      .read(buffer, length, buffer.length - length, position + length)
      .catch(() => ({ bytesRead: 0 }));
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

function changed(path: string, cause?: unknown): LumioError {
  const how =
    cause === undefined
      ? 'changed or became unreadable while it was being uploaded'
      : `can't be read (${systemErrorText(cause)})`;
  return new LumioError('refused', {
    code: 'file_changed',
    message: `${path} ${how}.`,
    hint: 'Make sure that nothing writes to the file, then run the command again.',
    cause,
  });
}

const decoders = new Map<string, 'gunzipSync' | 'inflateSync' | 'brotliDecompressSync'>([
  ['gzip', 'gunzipSync'],
  ['x-gzip', 'gunzipSync'],
  ['deflate', 'inflateSync'],
  ['br', 'brotliDecompressSync'],
]);
const maxCodings = 5;

/**
 * @param encoding value of Content-Encoding, the last coding applied at the end
 * @returns the decoded data; invalid data and unknown encodings unchanged
 * @throws ConnectionError `response_too_large`
 */
export async function decompressed(
  body: Uint8Array,
  encoding: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const codings = encoding.toLowerCase().split(/[\s,]+/);
  const names = codings.filter((coding) => coding !== '' && coding !== 'identity').reverse();
  if (names.length === 0 || names.length > maxCodings || body.length === 0) return body;
  const zlib = await import('node:zlib');
  let decoded = body;
  for (const name of names) {
    const decoder = decoders.get(name);
    if (decoder === undefined) return body;
    // Some servers send `deflate` without the zlib header (RFC 9110 section 8.4.1.2).
    const isRaw = decoder === 'inflateSync' && ((decoded[0] ?? 0) & 0x0f) !== 8;
    try {
      decoded = zlib[isRaw ? 'inflateRawSync' : decoder](decoded, { maxOutputLength: maxBytes });
    } catch (error) {
      if (systemCode(error) !== 'ERR_BUFFER_TOO_LARGE') return body;
      throw new ConnectionError('response_too_large');
    }
  }
  return decoded;
}
