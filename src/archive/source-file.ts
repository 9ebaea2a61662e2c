/** Reads a file into the bundle, if it is still the one that was selected. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import { isInside, realPath } from '../shared/paths.ts';
import { refuse } from './refused-files.ts';
import type { Selection } from './select.ts';
import type { SelectedFile } from './walk.ts';

/** A FIFO must not block, a link must not be followed. On Windows both flags are undefined. */
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** The path is no longer the regular file that was selected. */
const codesOfChange: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'ENXIO',
  'EISDIR',
]);

type Directory = Pick<Selection, 'directory' | 'realDirectory'>;

/**
 * Reads synchronously: a small file costs a fraction of what the thread pool costs, and the pool
 * is busy with compression.
 */
export class SourceFile {
  readonly #directory: string;
  readonly #file: SelectedFile;
  readonly #descriptor: number;

  /** @param isFirst of its directory, which is then checked: it may have become a link to outside */
  constructor({ directory, realDirectory }: Directory, file: SelectedFile, isFirst: boolean) {
    this.#directory = directory;
    this.#file = file;
    const { absolutePath } = file;
    try {
      if (isFirst && !isInside(realPath(dirname(absolutePath)), realDirectory))
        throw this.#changed();
      this.#descriptor = openSync(absolutePath, openFlags);
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

  /** @throws LumioError if the file changed since it was selected */
  assertUnchanged(): void {
    const { size, mtimeMs, ctimeMs } = fstatSync(this.#descriptor);
    const { sizeBytes, ...times } = this.#file;
    // ctime can't be set back, unlike mtime. Inode numbers aren't stable on every file system.
    if (size !== sizeBytes || mtimeMs !== times.mtimeMs || ctimeMs !== times.ctimeMs)
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

  #problem(error: unknown): unknown {
    if (error instanceof LumioError) return error;
    if (codesOfChange.has(systemCode(error) ?? '')) return this.#changed();
    return this.#refusal('file_unreadable', `can't be read (${systemErrorText(error)})`);
  }

  #changed(): LumioError {
    return this.#refusal('file_changed', 'changed while it was packed');
  }

  #refusal(code: string, message: string): LumioError {
    return refuse(this.#directory, [{ path: this.#file.path, code, message }]);
  }
}
