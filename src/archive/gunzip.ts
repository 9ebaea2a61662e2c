/** Decompresses gzip (RFC 1952) strictly: right checksum and length, nothing after it but zeros. */
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { LumioError, systemCode } from '../errors.ts';

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
 * Yields the decompressed bytes. Several members in a row and zeros after the last one are
 * accepted, as gzip does.
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
    // zlib stops at the first byte that is not gzip; the meter reads on.
    await isRead;
  } catch (error) {
    throw explain(error, meter);
  } finally {
    signal.removeEventListener('abort', onAbort);
    unzip.destroy();
  }
  if (unzip.bytesWritten < meter.endOfData) throw trailingData();
}

/** Records the first two bytes and where the last byte that is not zero ends. */
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
    return archiveError('archive_not_gzip', 'is not a gzip file');
  if (code === 'Z_BUF_ERROR') return archiveError('archive_truncated', 'ends too early', error);
  return archiveError('archive_corrupt', "is damaged: its gzip data can't be read", error);
}

function trailingData(): LumioError {
  return archiveError('archive_trailing_data', 'is followed by data that is not gzip');
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
