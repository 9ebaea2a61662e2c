/**
 * Compresses in parallel into one gzip member (RFC 1952), as pigz does: blocks of a fixed size are
 * deflated on the thread pool, each with the 32 KiB before it as dictionary and a sync flush at its
 * end, and then joined. The result depends on the input alone, not on cores or timing.
 */
import { constants, crc32, deflateRaw } from 'node:zlib';

/** How far back deflate looks (RFC 1951, section 2). */
export const windowBytes = 32 * 1024;

/** Small enough for two cores to share a small bundle, large enough to hide the cost of a flush. */
export const blockBytes = 256 * 1024;

/** Keeps the four threads of Node's pool busy while the next block is read; 1 MB each. */
const maxPendingBlocks = 6;

/** RFC 1952, section 2.3: method 8, no flags, no time, system "unknown"; the same everywhere. */
const memberHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

export class ParallelGzip {
  /** The block to fill from {@link windowBytes} on, after the end of the previous block. */
  buffer: Buffer;
  readonly #write: (chunk: Uint8Array) => void;
  readonly #pending: { readonly buffer: Buffer; readonly deflated: Promise<Buffer> }[] = [];
  readonly #free: Buffer[] = [];
  #crc = 0;
  #sizeBytes = 0;
  #dictionaryBytes = 0;

  /** @param write gets the bytes of the member, in order */
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

  /** Ends the member with what is in the buffer. */
  async finish(lengthBytes: number): Promise<void> {
    this.#start(this.buffer, { lengthBytes, flush: constants.Z_FINISH });
    while (this.#pending.length > 0) await this.#writeOldest();
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#sizeBytes % 2 ** 32, 4);
    this.#write(trailer);
  }

  /** Waits until no thread uses the buffers, whatever the results. */
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
