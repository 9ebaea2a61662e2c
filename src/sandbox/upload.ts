/** Reads the multipart form of Submit version as a stream, and its bundle to a file. */
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { SandboxError, invalid } from './response.ts';

const maxFieldBytes = 64 * 1024;
const maxFields = 20;
const maxFiles = 5;
/** The parser silently truncates longer part headers, and skips a part whose name is lost. */
const maxHeaderBytes = 80 * 1024;
/** The parser stops for good after some malformed parts; it needs milliseconds for a chunk. */
const stallMs = 5000;
/** For the part headers and text fields. */
const formOverheadBytes = 1024 * 1024;

export interface Upload {
  readonly fields: ReadonlyMap<string, string>;
  /** The flushed file; undefined if the form has no bundle. */
  readonly bundle: (SavedBundle & { readonly path: string }) | undefined;
}

interface SavedBundle {
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface UploadTarget {
  readonly path: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
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
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, target.signal]);
  const reading: Reading = { target, stop, signal, savings: [] };
  try {
    return await readForm(incoming, form, reading);
  } catch (error) {
    reading.stop.abort(error);
    await Promise.allSettled(reading.savings);
    await rm(target.path, { force: true });
    throw responseTo(reading.stop.signal.reason);
  }
}

/** Only file errors have a `syscall`; a broken connection is `aborted`. */
function responseTo(error: unknown): unknown {
  if (error instanceof SandboxError) return error;
  if (error instanceof Error && 'syscall' in error) return error;
  const reason = error instanceof Error ? error.message : 'unreadable';
  return invalid('body', `isn't a complete form (${reason})`);
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
    throw invalid('Content-Type', 'has no boundary parameter');
  }
}

interface Reading {
  readonly target: UploadTarget;
  readonly stop: AbortController;
  /** Of `stop` or of the target. */
  readonly signal: AbortSignal;
  /** The bundle being written, once its part has started. */
  readonly savings: Promise<SavedBundle>[];
}

/** Reads through `pipeline`, which also catches what the parser throws. */
async function readForm(
  incoming: IncomingMessage,
  form: BusboyInstance,
  { target, stop, signal, savings }: Reading,
): Promise<Upload> {
  const fields = new Map<string, string>();
  let [bodyBytes, contentBytes] = [0, 0];
  const refuse = (error: unknown): void => stop.abort(error);
  // The parser also emits errors after it has finished.
  form.on('error', refuse);
  form.on('field', (name, value, _nameTruncated, isTruncated) => {
    contentBytes += Buffer.byteLength(value);
    if (isTruncated) refuse(invalid(name, `must have at most ${maxFieldBytes} bytes`));
    if (fields.has(name)) refuse(invalid(name, 'appears twice'));
    fields.set(name, value);
  });
  form.on('file', (name, stream) => {
    // The form emits the same error. Without a listener here it would end the process.
    stream.on('error', () => undefined);
    if (name !== 'bundle')
      return void stream.on('data', (chunk: Buffer) => (contentBytes += chunk.byteLength));
    if (savings.length > 0) {
      stream.resume();
      return refuse(invalid('bundle', 'appears twice'));
    }
    const saving = saveBundle(stream, target, signal);
    saving.catch(refuse);
    return void savings.push(saving);
  });
  form.on('fieldsLimit', () => refuse(tooManyParts(`${maxFields} fields`)));
  form.on('filesLimit', () => refuse(tooManyParts(`${maxFiles} files`)));
  let stalled: NodeJS.Timeout | undefined;
  const watchParser = (): void => {
    stalled = setTimeout(() => refuse(invalid('body', "isn't a valid form")), stallMs);
  };
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      bodyBytes += chunk.byteLength;
      watchParser();
      yield chunk;
      clearTimeout(stalled);
    }
    watchParser();
  }
  await pipeline(counted(), form, { signal }).finally(() => clearTimeout(stalled));
  const [saved] = await Promise.all(savings);
  checkHeaders(bodyBytes - contentBytes - (saved?.sizeBytes ?? 0));
  return { fields, bundle: saved && { path: target.path, ...saved } };
}

function tooManyParts(limit: string): SandboxError {
  return invalid('body', `has too many parts (more than ${limit})`);
}

/**
 * The parser doesn't report truncated part headers, so their size is the rest of the body.
 * @param besideBytes size of the body without the contents of its parts
 */
function checkHeaders(besideBytes: number): void {
  if (besideBytes <= maxHeaderBytes) return;
  throw invalid(
    'body',
    `has ${besideBytes} bytes outside the contents of its parts; the headers of a part ` +
      `may have at most ${maxHeaderBytes}`,
  );
}

async function saveBundle(
  stream: BusboyFileStream,
  { path, maxBytes }: UploadTarget,
  signal: AbortSignal,
): Promise<SavedBundle> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* counted(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      hash.update(chunk);
      yield chunk;
    }
  }
  // A write stream that opens its file itself may still create it after an abort.
  const file = await open(path, 'wx', 0o600);
  try {
    await pipeline(stream, counted, file.createWriteStream({ flush: true }), { signal });
  } finally {
    await file.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

function tooLarge(maxBytes: number): SandboxError {
  return new SandboxError(
    'payload_too_large',
    `bundle: is larger than the limit of ${maxBytes} bytes (${maxBytes / 1024 / 1024} MiB).`,
  );
}
