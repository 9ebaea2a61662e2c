/** Reads the multipart form of Submit version as a stream, the bundle straight to a file. The only importer of busboy. */
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { SandboxError, invalid } from './errors.ts';

const maxFieldBytes = 64 * 1024;
const maxFields = 20;
const maxFiles = 5;
/** Beyond this the parser cuts the headers of a part off without a word, and passes over a part whose name is lost by that. */
const maxHeaderBytes = 80 * 1024;
/** What headers and text fields of a form may add to the bundle. */
const formOverheadBytes = 1024 * 1024;

export interface Upload {
  readonly fields: ReadonlyMap<string, string>;
  /** The flushed file with the bundle; undefined when the form has none. */
  readonly bundle: { readonly path: string; readonly sizeBytes: number } | undefined;
}

/** Where the bundle goes, and how large it may be. */
export interface UploadTarget {
  readonly path: string;
  readonly maxBytes: number;
}

/**
 * Reads the form. When it is refused the file is gone, and what is left of the body is left unread so that the answer can go out first.
 * @throws Refusal 413 for a bundle above the limit, 422 for whatever else is wrong with the form; the system's error when the bundle
 * can't be written, which is not the client's fault
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

/** Only the file fails with a system call; a connection that breaks off is `aborted`. */
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
  /** The bundle on its way to the file, once its part of the form has begun; settles to its size in bytes. */
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
 * The parser does not tell which part had too many headers; that one must have had them shows in what is left of the body.
 * @param besideBytes the body without the contents of its parts
 */
function checkHeaders(besideBytes: number): void {
  if (besideBytes <= maxHeaderBytes) return;
  throw invalid(
    'body',
    `has ${besideBytes} bytes beside the contents of its parts; the headers of a part may have at most ${maxHeaderBytes}`,
  );
}

/** @returns the size in bytes */
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
