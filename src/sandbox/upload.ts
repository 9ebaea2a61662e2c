/** Reads the multipart form of Submit version as a stream, and its bundle to a file. */
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { SandboxError, invalid } from './errors.ts';

const maxFieldBytes = 64 * 1024;
const maxFields = 20;
const maxFiles = 5;
/** The parser silently truncates longer part headers, and skips a part whose name is lost. */
const maxHeaderBytes = 80 * 1024;
/** For the part headers and text fields. */
const formOverheadBytes = 1024 * 1024;

export interface Upload {
  readonly fields: ReadonlyMap<string, string>;
  /** The flushed file; undefined if the form has no bundle. */
  readonly bundle: { readonly path: string; readonly sizeBytes: number } | undefined;
}

export interface UploadTarget {
  readonly path: string;
  readonly maxBytes: number;
}

/**
 * Deletes the file if the form is refused. Leaves the rest of the body unread, so that the response
 * comes first.
 * @throws SandboxError 413 for a bundle above the limit, 422 for an invalid form; the system's
 * error if the bundle can't be written
 */
export async function receiveUpload(
  incoming: IncomingMessage,
  target: UploadTarget,
): Promise<Upload> {
  const declaredBytes = Number(incoming.headers['content-length'] ?? 0);
  if (declaredBytes > target.maxBytes + formOverheadBytes) throw tooLarge(target.maxBytes);
  const form = createParser(incoming);
  const reading: Reading = { target, stop: new AbortController(), savings: [] };
  try {
    return await readForm(incoming, form, reading);
  } catch (error) {
    incoming.unpipe(form);
    reading.stop.abort();
    await Promise.allSettled(reading.savings);
    await rm(target.path, { force: true });
    throw error instanceof SandboxError || isOwnFault(error)
      ? error
      : invalid(
          'body',
          `is not a complete form (${error instanceof Error ? error.message : 'unreadable'})`,
        );
  }
}

/** Only file errors have a `syscall`; a broken connection is `aborted`. */
function isOwnFault(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function createParser(incoming: IncomingMessage): BusboyInstance {
  const contentType = incoming.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/iu.test(contentType))
    throw invalid('Content-Type', 'must be multipart/form-data');
  try {
    const limits = {
      fieldSize: maxFieldBytes,
      fields: maxFields,
      files: maxFiles,
      headerSize: maxHeaderBytes,
      headerPairs: Infinity,
    };
    return new Busboy({ headers: { ...incoming.headers, 'content-type': contentType }, limits });
  } catch {
    throw invalid('Content-Type', 'names no boundary');
  }
}

interface Reading {
  readonly target: UploadTarget;
  readonly stop: AbortController;
  /** The bundle being written, once its part has started; resolves to its size in bytes. */
  readonly savings: Promise<number>[];
}

function readForm(
  incoming: IncomingMessage,
  form: BusboyInstance,
  { target, stop, savings }: Reading,
): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let [bodyBytes, contentBytes] = [0, 0];
    incoming.on('data', (chunk: Buffer) => (bodyBytes += chunk.byteLength));
    form.on('field', (name, value, _nameTruncated, isTruncated) => {
      contentBytes += Buffer.byteLength(value);
      if (isTruncated) reject(invalid(name, `must have at most ${maxFieldBytes} bytes`));
      if (fields.has(name)) reject(invalid(name, 'is there twice'));
      fields.set(name, value);
    });
    form.on('file', (name, stream) => {
      if (name !== 'bundle')
        return void stream.on('data', (chunk: Buffer) => (contentBytes += chunk.byteLength));
      if (savings.length > 0) return reject(invalid('bundle', 'is there twice'));
      const saving = saveBundle(stream, target, stop.signal);
      saving.catch(reject);
      return void savings.push(saving);
    });
    form.on('fieldsLimit', () =>
      reject(invalid('body', `has too many parts (more than ${maxFields} fields)`)),
    );
    form.on('filesLimit', () =>
      reject(invalid('body', `has too many parts (more than ${maxFiles} files)`)),
    );
    form.on('finish', () => {
      const saved = Promise.all(savings).then(([sizeBytes]) => {
        checkHeaders(bodyBytes - contentBytes - (sizeBytes ?? 0));
        return sizeBytes === undefined ? undefined : { path: target.path, sizeBytes };
      });
      saved.then((bundle) => resolve({ fields, bundle }), reject);
    });
    form.on('error', reject);
    incoming.on('error', reject);
    incoming.pipe(form);
  });
}

/**
 * The parser doesn't report truncated part headers, so their size is what the contents leave.
 * @param besideBytes size of the body without the contents of its parts
 */
function checkHeaders(besideBytes: number): void {
  if (besideBytes <= maxHeaderBytes) return;
  throw invalid(
    'body',
    `has ${besideBytes} bytes beside the contents of its parts; the headers of a part may have at most ${maxHeaderBytes}`,
  );
}

async function saveBundle(
  stream: BusboyFileStream,
  { path, maxBytes }: UploadTarget,
  signal: AbortSignal,
): Promise<number> {
  let sizeBytes = 0;
  async function* counted(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  }
  await pipeline(
    stream,
    counted,
    createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
    { signal },
  );
  return sizeBytes;
}

function tooLarge(maxBytes: number): SandboxError {
  return new SandboxError(
    'payload_too_large',
    `bundle: is larger than the limit of ${maxBytes} bytes (${maxBytes / 1024 / 1024} MiB).`,
  );
}
