/** The file that an archive is written to. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { LumioError, systemErrorText } from '../errors.ts';

export class ArchiveOutput {
  sizeBytes = 0;
  readonly #hash = createHash('sha256');
  readonly #path: string | null;
  #descriptor: number | undefined;

  /** @param path a file that doesn't exist yet; null: count and hash only */
  constructor(path: string | null) {
    this.#path = path;
    if (path !== null) this.#descriptor = this.#attempt(() => openSync(path, 'wx'));
  }

  write(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.sizeBytes += chunk.length;
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    for (let done = 0; done < chunk.length;)
      done += this.#attempt(() => writeSync(descriptor, chunk, done));
  }

  /** Of all bytes written, hexadecimal. Call it once. */
  sha256(): string {
    return this.#hash.digest('hex');
  }

  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    // Some file systems (NFS, quotas) report a full disk only now.
    if (descriptor !== undefined) this.#attempt(() => closeSync(descriptor));
  }

  /** Closes and removes the file. */
  discard(): void {
    if (this.#path === null) return;
    try {
      this.close();
    } finally {
      rmSync(this.#path, { force: true });
    }
  }

  #attempt<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw new LumioError('refused', {
        code: 'output_unwritable',
        message: `The archive can't be written to ${this.#path ?? ''} (${systemErrorText(error)}).`,
        hint: 'Check that the directory exists and is writable, and that the disk has space.',
        cause: error,
      });
    }
  }
}
