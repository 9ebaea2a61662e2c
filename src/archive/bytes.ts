/** Takes a stream of chunks apart into the portions that a format asks for. */
export class ByteReader {
  readonly #chunks: AsyncGenerator<Buffer, void, undefined>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncGenerator<Buffer, void, undefined>) {
    this.#chunks = chunks;
  }

  /** Exactly so many bytes, all held in memory; undefined when there are not as many left. */
  async take(lengthBytes: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let missing = lengthBytes;
    while (missing > 0) {
      if (this.#chunk.length === 0 && !(await this.#pull())) return undefined;
      const part = this.#chunk.subarray(0, missing);
      this.#chunk = this.#chunk.subarray(part.length);
      parts.push(part);
      missing -= part.length;
    }
    const [only] = parts;
    return parts.length === 1 ? only : Buffer.concat(parts);
  }

  /** Passes over so many bytes; false when there are not as many left. */
  async skip(lengthBytes: number): Promise<boolean> {
    let missing = lengthBytes;
    while (missing > this.#chunk.length) {
      missing -= this.#chunk.length;
      if (!(await this.#pull())) return false;
    }
    this.#chunk = this.#chunk.subarray(missing);
    return true;
  }

  /** What is at hand, or the next chunk; undefined at the end. */
  async some(): Promise<Buffer | undefined> {
    if (this.#chunk.length === 0 && !(await this.#pull())) return undefined;
    const chunk = this.#chunk;
    this.#chunk = Buffer.alloc(0);
    return chunk;
  }

  /** Lets the source go. */
  async close(): Promise<void> {
    await this.#chunks.return();
  }

  async #pull(): Promise<boolean> {
    const next = await this.#chunks.next();
    this.#chunk = next.done === true ? Buffer.alloc(0) : next.value;
    return next.done !== true;
  }
}
