/** One file that is read into a bundle, and only as the very file that was selected. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type LumioError, systemErrorText } from '../errors.ts';
import { refuse } from './refused-files.ts';
import type { SelectedFile } from './walk.ts';

/**
 * Something else may stand at the path by now: a FIFO must not block, a link must not be followed. (Windows has neither flag; there
 * they are undefined and count as 0.)
 */
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** Each of these means that it is not the regular file any more that was selected. */
const codesOfAChange: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'ENXIO',
  'EISDIR',
]);

/**
 * Reading is synchronous: on the main thread a small file costs a fraction of what it costs by way of the thread pool, and the
 * pool is busy with deflating.
 */
export class SourceFile {
  readonly #folder: string;
  readonly #file: SelectedFile;
  readonly #descriptor: number;

  /** Opens it. @param folder for messages */
  constructor(folder: string, file: SelectedFile) {
    this.#folder = folder;
    this.#file = file;
    try {
      this.#descriptor = openSync(file.absolutePath, openFlags);
    } catch (error) {
      throw this.#problem(error);
    }
  }

  /** Reads on and fills the buffer from `start` up to `end`. */
  fill(buffer: Buffer, start: number, end: number): void {
    for (let at = start; at < end;) {
      const count = this.#read(buffer, at, end - at);
      if (count === 0) throw this.#changed();
      at += count;
    }
  }

  /** Throws when the file is not what was selected, which may have been before it was opened or while it was read. */
  assertUnchanged(): void {
    const now = fstatSync(this.#descriptor);
    const { sizeBytes, mtimeMs, inode } = this.#file;
    if (now.size !== sizeBytes || now.mtimeMs !== mtimeMs || now.ino !== inode)
      throw this.#changed();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #read(buffer: Buffer, at: number, length: number): number {
    try {
      return readSync(this.#descriptor, buffer, at, length, null);
    } catch (error) {
      throw this.#problem(error);
    }
  }

  #problem(error: unknown): LumioError {
    const code = systemErrorText(error);
    if (codesOfAChange.has(code)) return this.#changed();
    return refuse(this.#folder, [
      { path: this.#file.path, code: 'file_unreadable', message: `can't be read (${code})` },
    ]);
  }

  #changed(): LumioError {
    return refuse(this.#folder, [
      { path: this.#file.path, code: 'file_changed', message: 'changed while it was packed' },
    ]);
  }
}
