/** Bodies of type multipart/form-data (RFC 7578) with a length that is known beforehand, streamed from disk, made anew for each attempt. */
import { randomUUID } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { LumioError, systemErrorText } from '../errors.ts';
import type { Body } from './http.ts';

/** One field of a form: a text, or a file on disk. */
export type Part =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string;
      /** Absolute path. */
      readonly path: string;
      readonly sizeBytes: number;
      readonly fileName: string;
      readonly contentType: string;
    };

/** Bigger reads are not faster; two of these are all the memory that an upload takes. */
const chunkBytes = 512 * 1024;

/**
 * Makes the body of a form.
 * @returns a body whose `open` reads the files anew each time; it throws LumioError `refused` if a file no longer has its size
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
  if (!('path' in part)) return disposition;
  return `${disposition}; filename="${escapeName(part.fileName)}"\r\nContent-Type: ${part.contentType}`;
}

/** WHATWG HTML, "multipart/form-data encoding algorithm": what would end the quoted string or the line is percent-encoded. */
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
    else yield Buffer.from(part.value);
    yield lineEnd;
  }
  yield tail;
}

/** A chunk counts as sent when the next one is asked for, which undici does once the socket has taken it. */
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

/** Reads the next chunk while the one before is on its way. A buffer is filled again only after the chunk after it was asked for. */
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

/** Fills the buffer from a position; less only at the end of the file. An unreadable file ends early, which its reader notices. */
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
    hint: 'Let nothing write to it and run the command again.',
    cause,
  });
}
