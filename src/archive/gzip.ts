/**
 * One gzip member (RFC 1952) whose deflate stream (RFC 1951) is made in parallel, the way pigz does it: the input is cut into
 * blocks of a fixed size, each is deflated on Node's thread pool with the 32 KiB before it as its dictionary, and ends with a sync
 * flush, so that the results can be joined. Borders depend on the input only, so cores and timing don't show in the bytes.
 */
import { constants, crc32, deflateRaw } from 'node:zlib';

/** How far back deflate looks (RFC 1951, section 2). */
export const windowBytes = 32 * 1024;

/** Small enough for a small folder to use two cores, large enough for the flush after each block to cost nothing. */
export const blockBytes = 256 * 1024;

/**
 * How many blocks may be under way. Node's thread pool has four threads unless told otherwise; a few more keep them busy while
 * the next block is read. Memory is about 1 MB for each.
 */
const blocksInFlight = 6;

/** RFC 1952, section 2.3: magic, method 8, no flags, no time, no extra flags, system "unknown"; the same on every machine. */
const memberHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

export class ParallelGzip {
  /** The block to fill, from {@link windowBytes} on. Before that stands the end of the block before it. */
  buffer: Buffer;
  readonly #write: (chunk: Uint8Array) => void;
  readonly #underWay: { readonly buffer: Buffer; readonly deflated: Promise<Buffer> }[] = [];
  readonly #free: Buffer[] = [];
  #crc = 0;
  #sizeBytes = 0;
  #dictionaryBytes = 0;

  /** @param write takes the bytes of the member, in order */
  constructor(write: (chunk: Uint8Array) => void) {
    this.#write = write;
    this.buffer = Buffer.allocUnsafeSlow(windowBytes + blockBytes);
    write(memberHeader);
  }

  /** Hands the full block over and gives a fresh {@link buffer}; waits while too many are under way. */
  async next(): Promise<void> {
    const full = this.buffer;
    this.#start(full, { lengthBytes: blockBytes, flush: constants.Z_SYNC_FLUSH });
    if (this.#underWay.length >= blocksInFlight) await this.#settleOne();
    this.buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(windowBytes + blockBytes);
    full.copy(this.buffer, 0, blockBytes, blockBytes + windowBytes);
    this.#dictionaryBytes = windowBytes;
  }

  /** Ends the member with what stands in the buffer. */
  async finish(lengthBytes: number): Promise<void> {
    this.#start(this.buffer, { lengthBytes, flush: constants.Z_FINISH });
    while (this.#underWay.length > 0) await this.#settleOne();
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#sizeBytes % 2 ** 32, 4);
    this.#write(trailer);
  }

  /** Waits for the threads to let go of the buffers, whatever came out. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#underWay.splice(0).map((block) => block.deflated));
  }

  #start(buffer: Buffer, { lengthBytes, flush }: { lengthBytes: number; flush: number }): void {
    const content = buffer.subarray(windowBytes, windowBytes + lengthBytes);
    this.#crc = crc32(content, this.#crc);
    this.#sizeBytes += lengthBytes;
    const dictionary = buffer.subarray(windowBytes - this.#dictionaryBytes, windowBytes);
    const deflated = deflate(content, { flush, dictionary });
    // A failure is met when the block's turn comes; until then it must not count as unhandled.
    deflated.catch(() => undefined);
    this.#underWay.push({ buffer, deflated });
  }

  async #settleOne(): Promise<void> {
    const block = this.#underWay.shift();
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
    // One output buffer for nearly every block, instead of a chain of 16 KiB ones.
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
