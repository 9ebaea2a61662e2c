/** Packs a selection in one pass and bounded memory; the same content produces the same bytes. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { LumioError, systemErrorText } from '../errors.ts';
import { ParallelGzip, blockBytes, windowBytes } from './gzip.ts';
import { refuseSources } from './refused-files.ts';
import {
  type ScanOptions,
  type Finding,
  type SecretScan,
  createSecretScan,
  refuseSecrets,
} from './secret-scan.ts';
import type { Selection } from './select.ts';
import type { SelectedFile } from './walk.ts';
import { ParentDirectory, SourceFile } from './source-file.ts';
import { type TarFile, headerMaker, recordBytes } from './tar.ts';

export interface PackOptions extends ScanOptions {
  /** A file that doesn't exist yet; null: check and hash only. */
  readonly outputPath: string | null;
  /** Timestamp of every entry, in seconds since 1970. */
  readonly mtimeSeconds: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface Bundle {
  readonly path: string | null;
  readonly fileCount: number;
  readonly contentBytes: number;
  readonly sizeBytes: number;
  /** Of the `.tar.gz`, hexadecimal. The same with the same version of zlib. */
  readonly sha256: string;
  /** Of the tar inside, hexadecimal. The same everywhere. */
  readonly tarSha256: string;
  readonly unusedAllows: readonly string[];
  /** Possible secrets that are often public, such as browser keys. */
  readonly warnings: readonly Finding[];
}

/**
 * Packs the files of a selection into a tar in one gzip member. Removes the output if it fails.
 * @throws LumioError `refused`: `file_changed`, `file_unreadable`, `secret_found` (with
 * `details.findings`), `unbuilt_source`, `output_unwritable`; the reason of the signal
 */
export async function packFiles(selection: Selection, options: PackOptions): Promise<Bundle> {
  options.signal.throwIfAborted();
  const scan = await createSecretScan(options);
  const output = new ArchiveOutput(options.outputPath);
  const packing = new Packing(selection, options, { output, scan });
  try {
    const bundle = await packing.run();
    output.close();
    return bundle;
  } catch (error) {
    await packing.abandon();
    output.discard();
    throw error;
  }
}

class Packing {
  readonly #selection: Selection;
  readonly #options: PackOptions;
  readonly #output: ArchiveOutput;
  readonly #gzip: ParallelGzip;
  readonly #scan: SecretScan;
  readonly #tarHash = createHash('sha256');
  readonly #header: (file: TarFile) => Buffer;
  readonly #parent: ParentDirectory;
  /** Position in the gzip buffer for the next byte of the tar. */
  #position = windowBytes;

  constructor(
    selection: Selection,
    options: PackOptions,
    { output, scan }: { output: ArchiveOutput; scan: SecretScan },
  ) {
    this.#selection = selection;
    this.#options = options;
    this.#output = output;
    this.#gzip = new ParallelGzip((chunk) => output.write(chunk));
    this.#scan = scan;
    this.#header = headerMaker(options.mtimeSeconds);
    this.#parent = new ParentDirectory(selection);
  }

  async run(): Promise<Bundle> {
    const { directory, files, contentBytes } = this.#selection;
    refuseSources(directory, files, () => this.#scan.allows('source'));
    for (const doneBytes of this.#fillBlocks()) await this.#flush(doneBytes);
    const rest = this.#gzip.buffer.subarray(windowBytes, this.#position);
    this.#tarHash.update(rest);
    await this.#gzip.finish(rest.length);
    refuseSecrets(this.#scan.blocked);
    this.#options.onProgress?.(contentBytes, contentBytes);
    return {
      path: this.#options.outputPath,
      fileCount: files.length,
      contentBytes,
      sizeBytes: this.#output.sizeBytes,
      sha256: this.#output.sha256(),
      tarSha256: this.#tarHash.digest('hex'),
      unusedAllows: this.#scan.unusedAllows,
      warnings: this.#scan.warnings,
    };
  }

  async abandon(): Promise<void> {
    await this.#gzip.abandon();
  }

  /**
   * Writes the tar into the buffers of the gzip. A generator, since an `await` for each of many
   * small files would make packing a fifth slower.
   * @yields the bytes of content done so far whenever the block is full and has to be flushed
   */
  *#fillBlocks(): Generator<number, void, undefined> {
    let doneBytes = 0;
    try {
      for (const file of this.#selection.files) {
        this.#scan.name(file);
        yield* this.#copy(this.#header(file), doneBytes);
        yield* this.#read(file, doneBytes);
        doneBytes += file.sizeBytes;
        if (this.#pad()) yield doneBytes;
      }
    } finally {
      this.#parent.close();
    }
    // Two records of zeros end a tar.
    yield* this.#copy(Buffer.alloc(2 * recordBytes), doneBytes);
  }

  *#read(file: SelectedFile, doneBytes: number): Generator<number, void, undefined> {
    const source = new SourceFile(this.#selection, file, this.#parent);
    try {
      for (let offset = 0; offset < file.sizeBytes;) {
        offset += this.#readPiece(source, file, offset);
        if (this.#position === blockEnd) yield doneBytes + offset;
      }
      source.assertUnchanged();
    } finally {
      source.close();
    }
  }

  /** Reads as much of the file as fits into the block. @returns how much */
  #readPiece(source: SourceFile, file: SelectedFile, offset: number): number {
    const { buffer } = this.#gzip;
    const start = this.#position;
    const end = Math.min(start + file.sizeBytes - offset, blockEnd);
    source.fill(buffer, start, end);
    this.#scan.content(file.path, {
      buffer,
      start,
      end,
      offset,
      isLast: offset + end - start === file.sizeBytes,
    });
    this.#position = end;
    return end - start;
  }

  *#copy(records: Buffer, doneBytes: number): Generator<number, void, undefined> {
    for (let from = 0; from < records.length; from += recordBytes) {
      records.copy(this.#gzip.buffer, this.#position, from, from + recordBytes);
      this.#position += recordBytes;
      if (this.#position === blockEnd) yield doneBytes;
    }
  }

  /** Fills the last record of a file with zeros. @returns whether the block is full now */
  #pad(): boolean {
    const start = this.#position;
    const end = windowBytes + Math.ceil((start - windowBytes) / recordBytes) * recordBytes;
    this.#gzip.buffer.fill(0, start, end);
    this.#position = end;
    return end === blockEnd;
  }

  async #flush(doneBytes: number): Promise<void> {
    this.#tarHash.update(this.#gzip.buffer.subarray(windowBytes, blockEnd));
    await this.#gzip.next();
    this.#options.signal.throwIfAborted();
    this.#position = windowBytes;
    this.#options.onProgress?.(doneBytes, this.#selection.contentBytes);
  }
}

const blockEnd = windowBytes + blockBytes;

class ArchiveOutput {
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
