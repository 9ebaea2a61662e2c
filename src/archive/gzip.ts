/** Writes and reads gzip (RFC 1952). */
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, crc32, createGunzip, deflateRaw } from 'node:zlib';
import { LumioError, systemCode } from '../errors.ts';

/** How far back deflate looks (RFC 1951, section 2). */
export const windowBytes = 32 * 1024;

/** Small enough for two cores to share a small bundle, large enough to hide the cost of a flush. */
export const blockBytes = 256 * 1024;

/** Keeps the four threads of Node's pool busy while the next block is read; 1 MB each. */
const maxPendingBlocks = 6;

/** RFC 1952, section 2.3: method 8, no flags, no time, system "unknown"; the same everywhere. */
const memberHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/**
 * Compresses in parallel into one member, as pigz does: blocks of a fixed size are deflated on the
 * thread pool, each with the 32 KiB before it as dictionary and a sync flush at its end, and then
 * joined. The result depends on the input alone, not on cores or timing.
 */
export class ParallelGzip {
  /** The block to fill from {@link windowBytes} on, after the end of the previous block. */
  buffer: Buffer;
  readonly #write: (chunk: Uint8Array) => void;
  readonly #pending: { readonly buffer: Buffer; readonly deflated: Promise<Buffer> }[] = [];
  readonly #free: Buffer[] = [];
  #crc = 0;
  #sizeBytes = 0;
  #dictionaryBytes = 0;

  /** @param write receives the bytes of the member, in order */
  constructor(write: (chunk: Uint8Array) => void) {
    this.#write = write;
    this.buffer = Buffer.allocUnsafeSlow(windowBytes + blockBytes);
    write(memberHeader);
  }

  /** Compresses the full block and replaces {@link buffer}; waits while too many are pending. */
  async next(): Promise<void> {
    const full = this.buffer;
    this.#start(full, { lengthBytes: blockBytes, flush: constants.Z_SYNC_FLUSH });
    if (this.#pending.length >= maxPendingBlocks) await this.#writeOldest();
    this.buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(windowBytes + blockBytes);
    full.copy(this.buffer, 0, blockBytes, blockBytes + windowBytes);
    this.#dictionaryBytes = windowBytes;
  }

  async finish(lengthBytes: number): Promise<void> {
    this.#start(this.buffer, { lengthBytes, flush: constants.Z_FINISH });
    while (this.#pending.length > 0) await this.#writeOldest();
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#sizeBytes % 2 ** 32, 4);
    this.#write(trailer);
  }

  /** Waits until no thread uses the buffers, even after errors. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#pending.splice(0).map((block) => block.deflated));
  }

  #start(buffer: Buffer, { lengthBytes, flush }: { lengthBytes: number; flush: number }): void {
    const content = buffer.subarray(windowBytes, windowBytes + lengthBytes);
    this.#crc = crc32(content, this.#crc);
    this.#sizeBytes += lengthBytes;
    const dictionary = buffer.subarray(windowBytes - this.#dictionaryBytes, windowBytes);
    const deflated = deflate(content, { flush, dictionary });
    // A failure surfaces when the block is written; until then it must not count as unhandled.
    deflated.catch(() => undefined);
    this.#pending.push({ buffer, deflated });
  }

  async #writeOldest(): Promise<void> {
    const block = this.#pending.shift();
    if (block === undefined) return;
    this.#write(await block.deflated);
    this.#free.push(block.buffer);
  }
}

function deflate(
  content: Buffer,
  { flush, dictionary }: { flush: number; dictionary: Buffer },
): Promise<Buffer> {
  const options = {
    level: 6,
    memLevel: 9,
    finishFlush: flush,
    // One output buffer for nearly every block instead of several of 16 KiB.
    chunkSize: blockBytes / 2,
    dictionary,
  };
  return new Promise((resolve, reject) => {
    deflateRaw(content, options, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}

/** @param message the predicate of a sentence whose subject is "The archive" */
export function archiveError(code: string, message: string, cause?: unknown): LumioError {
  return new LumioError('refused', {
    code,
    message: `The archive ${message}.`,
    hint: 'Create it with `lumio pack`, or with `tar czf` from the files of the built directory.',
    cause,
  });
}

/**
 * Yields the decompressed bytes, strictly: right checksum and length, nothing after the last member
 * but zeros. Several members in a row are accepted, as gzip does.
 * @throws LumioError `archive_not_gzip`, `archive_corrupt`, `archive_truncated`,
 * `archive_trailing_data`; errors of the source and the reason of the signal unchanged
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  signal.throwIfAborted();
  const meter = new Meter();
  const unzip = createGunzip();
  const isRead = pipeline(source, meter, unzip);
  // Errors of any stage also reach the loop below, through `unzip`.
  isRead.catch(() => undefined);
  const onAbort = (): void => void unzip.destroy(asError(signal.reason));
  signal.addEventListener('abort', onAbort);
  try {
    yield* unzip.iterator({ destroyOnReturn: false });
    // zlib stops at the first byte that isn't gzip; the meter reads on.
    await isRead;
  } catch (error) {
    throw explain(error, meter);
  } finally {
    signal.removeEventListener('abort', onAbort);
    unzip.destroy();
  }
  if (unzip.bytesWritten < meter.endOfData) throw trailingData();
}

/** Records the first two bytes and where the last byte that isn't zero ends. */
class Meter extends Transform {
  start: Buffer = Buffer.alloc(0);
  endOfData = 0;
  #sizeBytes = 0;

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: null, chunk: Buffer) => void,
  ): void {
    if (this.start.length < 2) this.start = Buffer.concat([this.start, chunk.subarray(0, 2)]);
    const end = chunk.findLastIndex((byte) => byte !== 0) + 1;
    if (end > 0) this.endOfData = this.#sizeBytes + end;
    this.#sizeBytes += chunk.length;
    done(null, chunk);
  }
}

function explain(error: unknown, { start }: Meter): unknown {
  const code = systemCode(error);
  // zlib treats data after zeros as another member.
  if (code === 'ERR_STREAM_PUSH_AFTER_EOF') return trailingData();
  if (code === undefined || !code.startsWith('Z_')) return error;
  if (start.length === 0) return archiveError('archive_not_gzip', 'is empty');
  if (start[0] !== 0x1f || start[1] !== 0x8b)
    return archiveError('archive_not_gzip', "isn't a gzip file");
  if (code === 'Z_BUF_ERROR') return archiveError('archive_truncated', 'is truncated', error);
  return archiveError('archive_corrupt', "is damaged: its gzip data can't be read", error);
}

function trailingData(): LumioError {
  return archiveError('archive_trailing_data', "is followed by data that isn't gzip");
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
