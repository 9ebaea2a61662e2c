/** Reads a file into the bundle, if it is still the one that was selected. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  readlinkSync,
} from 'node:fs';
import { sep } from 'node:path';
import { type LumioError, systemCode, systemErrorText } from '../errors.ts';
import { realPath } from '../shared/paths.ts';
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

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Keeps the directory of the last file open. Linux then opens the next file in it, whatever happens
 * to the path, which costs less than checking where each file is.
 */
export class ParentDirectory {
  readonly #root: string;
  #path: string | undefined;
  #descriptor: number | undefined;

  constructor({ realDirectory }: Directory) {
    this.#root = realDirectory;
  }

  /** @returns where to open the file; undefined if its place has to be checked */
  pathOf({ absolutePath }: SelectedFile): string | undefined {
    const end = absolutePath.lastIndexOf(sep);
    const path = absolutePath.slice(0, end);
    if (path !== this.#path) this.#enter(path);
    return this.#descriptor === undefined
      ? undefined
      : `${descriptorPath(this.#descriptor)}/${absolutePath.slice(end + 1)}`;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#path = undefined;
  }

  #enter(path: string): void {
    this.close();
    this.#path = path;
    try {
      this.#descriptor = openSync(path, directoryFlags);
      if (isWithin(readlinkSync(descriptorPath(this.#descriptor)), this.#root)) return;
    } catch {
      // Not Linux, or the directory changed, which opening the file reports.
    }
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function descriptorPath(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

/** Like `isInside` for normalized paths, and cheaper. */
function isWithin(path: string, directory: string): boolean {
  return (
    path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
  );
}

/**
 * Reads synchronously: a small file costs a fraction of what the thread pool costs, and the pool
 * is busy with compression.
 */
export class SourceFile {
  readonly #directory: Directory;
  readonly #file: SelectedFile;
  readonly #descriptor: number;

  constructor(directory: Directory, file: SelectedFile, parent?: ParentDirectory) {
    this.#directory = directory;
    this.#file = file;
    const checkedPath = parent?.pathOf(file);
    try {
      this.#descriptor = openSync(checkedPath ?? file.absolutePath, openFlags);
    } catch (error) {
      throw this.#problem(error);
    }
    if (checkedPath !== undefined) return;
    try {
      this.#assertInside();
    } catch (error) {
      this.close();
      throw error;
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

  /** A directory of the path may have become a link to outside after it was walked. */
  #assertInside(): void {
    const opened = this.#openedPath();
    if (opened === undefined || !isWithin(opened, this.#directory.realDirectory))
      throw this.#changed();
  }

  #openedPath(): string | undefined {
    try {
      // Linux knows where an open file is, whatever happens to its path.
      return readlinkSync(descriptorPath(this.#descriptor));
    } catch {
      return this.#samePath();
    }
  }

  #samePath(): string | undefined {
    try {
      const path = realPath(this.#file.absolutePath);
      const [now, opened] = [lstatSync(path), fstatSync(this.#descriptor)];
      return now.ino === opened.ino && now.dev === opened.dev ? path : undefined;
    } catch {
      return undefined;
    }
  }

  #read(buffer: Buffer, at: number, length: number): number {
    try {
      return readSync(this.#descriptor, buffer, at, length, null);
    } catch (error) {
      throw this.#problem(error);
    }
  }

  #problem(error: unknown): LumioError {
    if (codesOfChange.has(systemCode(error) ?? '')) return this.#changed();
    return this.#refusal('file_unreadable', `can't be read (${systemErrorText(error)})`);
  }

  #changed(): LumioError {
    return this.#refusal('file_changed', 'changed while it was packed');
  }

  #refusal(code: string, message: string): LumioError {
    return refuse(this.#directory.directory, [{ path: this.#file.path, code, message }]);
  }
}
