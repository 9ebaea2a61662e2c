/** Unpacks gzip (RFC 1952) strictly: nothing before it, nothing after it, checksum and length right. */
import { Transform, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { systemCode } from '../errors.ts';
import { archiveError } from './archive-error.ts';

/**
 * Gives the unpacked bytes in chunks.
 * @throws LumioError `archive_not_gzip`, `archive_corrupt`, `archive_truncated`, `archive_trailing_data`; errors of the source and the
 * signal's reason as they are
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  signal.throwIfAborted();
  const meter = new Meter();
  const unzip = createGunzip();
  // Whatever breaks reaches the loop below as an error of `unzip`.
  const whole = pipeline(source, meter, unzip, () => undefined);
  const onAbort = (): void => void whole.destroy(asError(signal.reason));
  signal.addEventListener('abort', onAbort);
  try {
    for await (const chunk of unzip) yield chunk;
  } catch (error) {
    throw translated(error, meter);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  // zlib passes over what follows the last member without a word.
  if (unzip.bytesWritten < meter.sizeBytes)
    throw archiveError('archive_trailing_data', 'is followed by something that is not gzip');
}

/** Counts what comes in and keeps its first two bytes. */
class Meter extends Transform {
  sizeBytes = 0;
  start: Buffer = Buffer.alloc(0);

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: null, chunk: Buffer) => void,
  ): void {
    this.sizeBytes += chunk.length;
    if (this.start.length < 2) this.start = Buffer.concat([this.start, chunk.subarray(0, 2)]);
    done(null, chunk);
  }
}

function translated(error: unknown, meter: Meter): unknown {
  const code = systemCode(error);
  if (code === undefined || !code.startsWith('Z_')) return error;
  if (meter.start.length === 0) return archiveError('archive_not_gzip', 'is empty');
  if (meter.start[0] !== 0x1f || meter.start[1] !== 0x8b)
    return archiveError('archive_not_gzip', 'is not a gzip file');
  if (code === 'Z_BUF_ERROR') return archiveError('archive_truncated', 'ends too early', error);
  return archiveError('archive_corrupt', "is damaged: its gzip stream can't be unpacked", error);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
